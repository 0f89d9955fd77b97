// A response's body that comes in pieces: whoever makes them writes, the server sends. Everything on one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pontoon {

class HttpStream {
public:
    // What a client may leave unread before it is given up.
    static constexpr std::size_t kMostWaiting = 1 << 20;

    // Nothing if it is closed. Closes it if the client is too slow.
    void write(std::string_view text) {
        if (closed_) {
            return;
        }
        closed_ = waiting_.size() + text.size() > kMostWaiting;
        if (!closed_) {
            waiting_ += text;
        }
        tell();
    }
    // What has been written is still sent.
    void close() {
        closed_ = true;
        tell();
    }
    [[nodiscard]] bool is_closed() const { return closed_; }

    // For the server: `news` is called after each change.
    void on_news(std::function<void()> news) { news_ = std::move(news); }
    [[nodiscard]] std::string take() { return std::exchange(waiting_, {}); }

    // Lives as long as the stream: what feeds it.
    std::shared_ptr<void> source;

private:
    void tell() {
        if (news_) {
            news_();
        }
    }

    std::string waiting_;
    std::function<void()> news_;
    bool closed_ = false;
};

} // namespace pontoon
