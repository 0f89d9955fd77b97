// Several captures as one stream in the order of their timestamps.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/port/capture_file.hpp"

namespace pontoon {

class MergedCapture {
public:
    struct Next {
        std::size_t input; // which of the files
        CapturedFrame frame;
    };

    // Throws std::runtime_error, as CaptureReader does.
    explicit MergedCapture(const std::vector<std::filesystem::path>& files);

    // The earliest frame that no file has given yet; of equally early ones that of the file named first. Frames of one
    // file stay in its order, even where its timestamps do not. `frame.bytes` are valid until the next call.
    [[nodiscard]] const std::optional<Next>& peek() const { return next_; }
    void pop();

    // One line for each file that is cut or damaged, so far.
    [[nodiscard]] std::vector<std::string> damage() const;

private:
    struct Source {
        CaptureReader reader;
        std::optional<CapturedFrame> frame;
    };

    void choose();

    std::vector<Source> sources_;
    std::optional<Next> next_;
};

} // namespace pontoon
