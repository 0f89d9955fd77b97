// HTTP as the handlers of requests see it, and the table that leads to them.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/http_stream.hpp"
#include "control/http_text.hpp"

namespace pontoon {

struct HttpRequest {
    std::string method;
    std::string path;  // without the query and Docker's /vX.YY, as it was sent
    std::string query; // behind '?'
    std::string body;
    std::vector<std::string> captured{}; // what stands for the {...} of the route, %XX decoded
    std::string content_type{};
    unsigned api_version = kNewestApi; // Y of /v1.Y; what the request says nothing of is the newest

    // The first value of this name in the query, decoded; nothing: it is not there.
    [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
    // As Docker reads it: absent, "", 0, no, false and none are false.
    [[nodiscard]] bool flag(std::string_view name) const;
};

struct HttpResponse {
    unsigned status = 200;
    std::string body{};
    std::string type = "application/json";
    std::string allow{}; // the methods that the path knows, where the request's is none of them
    // The body comes in pieces, until it is closed or the client goes; `body` is sent first.
    std::shared_ptr<HttpStream> stream{};

    // {"message": MESSAGE}, as Docker says what is wrong.
    [[nodiscard]] static HttpResponse error(unsigned status, std::string_view message);
    // The error that an exception of a handler means: 400 (InputError), 400 to 501 (Refused) or 500.
    [[nodiscard]] static HttpResponse of(const std::exception_ptr& thrown, const HttpRequest& request);
};

class HttpRoutes {
public:
    using Handler = std::function<HttpResponse(const HttpRequest&)>;
    // One that takes its time: it waits without keeping others waiting.
    using LaterHandler = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)>;

    // A pattern's parts are words, {anything}, which is no empty word, or once {anything...}, which may be several
    // parts: names of networks have slashes in them. The method "*" is any. The first pattern that matches is taken.
    void add(const std::string& method, const std::string& pattern, Handler handler);
    void add_later(const std::string& method, const std::string& pattern, LaterHandler handler);

    // 404 and 405 where there is no route; else what the handler says, or `HttpResponse::of` what it throws.
    [[nodiscard]] boost::asio::awaitable<HttpResponse> answer(HttpRequest request) const;
    // The same where the handler is not one that takes its time.
    [[nodiscard]] HttpResponse answer_now(HttpRequest request) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> parts;
        Handler handler;
        LaterHandler later;
    };

    // Null: the response is in `refusal`.
    [[nodiscard]] const Route* find(HttpRequest& request, HttpResponse& refusal) const;

    std::vector<Route> routes_;
};

} // namespace pontoon
