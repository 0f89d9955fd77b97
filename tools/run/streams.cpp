#include "tools/run/streams.hpp"

#include <fcntl.h>

#include <boost/json.hpp>

#include "tools/cli/json_fields.hpp"
#include "tools/run/namespaces.hpp"
#include "tools/run/terminal.hpp"

namespace pontoon {

namespace json = boost::json;

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> all;
    for (const auto& one : array_of(value)) {
        all.emplace_back(one.is_string() ? std::string_view(one.get_string()) : "");
    }
    return all;
}

Streams open_streams(bool tty, bool input) {
    Streams streams;
    streams.theirs.tty = tty;
    const auto hold = [&](UniqueFd fd) {
        streams.held.push_back(std::move(fd));
        return streams.held.back().get();
    };
    if (tty) {
        auto pty = open_pty();
        streams.theirs.in = streams.theirs.out = streams.theirs.error = hold(std::move(pty.slave));
        if (input) {
            streams.in = UniqueFd(::fcntl(pty.master.get(), F_DUPFD_CLOEXEC, 3));
        }
        copy_size(pty.master.get());
        streams.out = std::move(pty.master);
        return streams;
    }
    auto out = open_channel();
    auto error = open_channel();
    streams.theirs.out = hold(std::move(out.out));
    streams.theirs.error = hold(std::move(error.out));
    streams.out = std::move(out.in);
    streams.error = std::move(error.in);
    if (input) {
        auto in = open_channel();
        streams.theirs.in = hold(std::move(in.in));
        streams.in = std::move(in.out);
    } else {
        streams.theirs.in = hold(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC)));
    }
    return streams;
}

} // namespace pontoon
