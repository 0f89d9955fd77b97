#include "dataplane/port/make.hpp"

#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/nic.hpp"
#include "dataplane/port/tap.hpp"
#include "dataplane/port/xsk.hpp"

namespace pontoon {

namespace {

struct Make {
    const Buffers& buffers;

    std::unique_ptr<Port> operator()(const TapSpec& spec) const { return std::make_unique<TapPort>(spec.fd, buffers); }
    std::unique_ptr<Port> operator()(const XskSpec& spec) const {
        return std::make_unique<XskPort>(spec, buffers.small);
    }
    std::unique_ptr<Port> operator()(const NicSpec& spec) const {
        return std::make_unique<NicPort>(spec, buffers.small);
    }
    std::unique_ptr<Port> operator()(const EthdevSpec& spec) const {
        return std::make_unique<EthdevPort>(spec.device, buffers.small);
    }
};

} // namespace

std::unique_ptr<Port> make_port(const PortSpec& spec, const Buffers& buffers) {
    return std::visit(Make{buffers}, spec);
}

} // namespace pontoon
