#include "tools/command_line.hpp"

#include <stdexcept>
#include <vector>

namespace pontoon {

namespace po = boost::program_options;

po::variables_map parse_command_line(std::span<char*> args, const po::options_description& visible,
                                     const std::string& positional) {
    po::options_description all;
    all.add(visible).add_options()(positional.c_str(), po::value<std::vector<std::string>>());
    po::positional_options_description positions;
    positions.add(positional.c_str(), -1);
    po::variables_map values;
    try {
        po::store(po::command_line_parser(static_cast<int>(args.size()), args.data())
                      .options(all)
                      .positional(positions)
                      .run(),
                  values);
        po::notify(values);
    } catch (const po::error& error) {
        throw std::runtime_error(error.what());
    }
    return values;
}

} // namespace pontoon
