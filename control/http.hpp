// HTTP as the handlers of requests see it, and the table that leads to them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pontoon {

struct HttpRequest {
    std::string method;
    std::string path;  // without the query
    std::string query; // behind '?'
    std::string body;
    std::vector<std::string> captured; // what stands for the {...} of the route
};

struct HttpResponse {
    unsigned status = 200;
    std::string body{};
    std::string type = "application/json";
    std::string allow{}; // the methods that the path knows, where the request's is none of them

    // {"message": MESSAGE}, as Docker says what is wrong.
    [[nodiscard]] static HttpResponse error(unsigned status, std::string_view message);
};

class HttpRoutes {
public:
    using Handler = std::function<HttpResponse(const HttpRequest&)>;

    // A pattern's parts are words or {anything}, which is no empty word.
    void add(const std::string& method, const std::string& pattern, Handler handler);

    // 404 and 405 where there is no route; 400 (InputError), 400 to 501 (Refused) or 500 where the handler throws.
    [[nodiscard]] HttpResponse answer(HttpRequest request) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> parts;
        Handler handler;
    };

    std::vector<Route> routes_;
};

} // namespace pontoon
