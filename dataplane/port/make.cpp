#include "dataplane/port/make.hpp"

#include <stdexcept>

#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/tap.hpp"

namespace pontoon {

namespace {

struct Make {
    const Buffers& buffers;

    std::unique_ptr<Port> operator()(const TapSpec& spec) const { return std::make_unique<TapPort>(spec.fd, buffers); }
    std::unique_ptr<Port> operator()(const XskSpec& spec) const {
        throw std::runtime_error(spec.interface + ": there are no AF_XDP ports yet");
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
