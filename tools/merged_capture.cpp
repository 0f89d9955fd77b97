#include "tools/merged_capture.hpp"

namespace pontoon {

MergedCapture::MergedCapture(const std::vector<std::filesystem::path>& files) {
    for (const auto& file : files) {
        sources_.push_back({CaptureReader(file), std::nullopt});
    }
    for (auto& source : sources_) {
        source.frame = source.reader.next();
    }
    choose();
}

void MergedCapture::choose() {
    next_.reset();
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const auto& frame = sources_[i].frame;
        if (frame && (!next_ || frame->time < next_->frame.time)) {
            next_ = Next{i, *frame};
        }
    }
}

void MergedCapture::pop() {
    auto& source = sources_[next_->input];
    source.frame = source.reader.next();
    choose();
}

std::vector<std::string> MergedCapture::damage() const {
    std::vector<std::string> lines;
    for (const auto& source : sources_) {
        if (source.reader.damage()) {
            lines.push_back(*source.reader.damage());
        }
    }
    return lines;
}

} // namespace pontoon
