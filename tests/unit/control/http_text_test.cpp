// Text of URLs, Docker's versions, and routes with several parts.
#include <catch2/catch.hpp>

#include "control/http.hpp"
#include "control/http_text.hpp"

namespace pontoon::http_text_test {

TEST_CASE("percent and plus") {
    CHECK(path_decoded("a%20b+c%2Fd") == "a b+c/d");
    CHECK(query_decoded("a%20b+c%2fd") == "a b c/d");
    CHECK(path_decoded("%") == "%");
    CHECK(path_decoded("%4") == "%4");
    CHECK(path_decoded("%zz%41") == "%zzA");
    CHECK(path_decoded("%00") == std::string(1, '\0'));
}

TEST_CASE("versions in front of paths") {
    const auto split = split_version("/v1.45/networks/x");
    REQUIRE(split);
    CHECK(split->major == 1);
    CHECK(split->minor == 45);
    CHECK(split->rest == "/networks/x");
    for (const auto* none :
         {"/networks", "/v1/x", "/v1.x/x", "/vx.1/x", "/v1.99999999999/x", "/volumes/a.b", "v1.2/x"}) {
        CHECK_FALSE(split_version(none));
    }
    const auto refusal = [](const char* path) { return version_refusal(*split_version(path)); };
    CHECK(refusal("/v1.24/x").empty());
    CHECK(refusal("/v1.50/x").empty());
    CHECK(refusal("/v1.99/x") == "client version 1.99 is too new. Maximum supported API version is 1.50");
    CHECK(refusal("/v2.0/x") == "client version 2.0 is too new. Maximum supported API version is 1.50");
    CHECK(refusal("/v1.10/x") == "client version 1.10 is too old. Minimum supported API version is 1.24, please "
                                 "upgrade your client to a newer version");
}

TEST_CASE("parameters of a query") {
    HttpRequest request;
    request.query = "a=1&b=x%3Dy+z&c&a=2&d=False&e=true&=&f=";
    CHECK(request.parameter("a") == "1");
    CHECK(request.parameter("b") == "x=y z");
    CHECK(request.parameter("c") == "");
    CHECK_FALSE(request.parameter("x"));
    CHECK(request.flag("a"));
    CHECK(request.flag("e"));
    CHECK_FALSE(request.flag("d"));
    CHECK_FALSE(request.flag("f"));
    CHECK_FALSE(request.flag("x"));
}

TEST_CASE("routes with several parts") {
    HttpRoutes routes;
    const auto tell = [](const HttpRequest& request) { return HttpResponse{200, request.captured[0]}; };
    routes.add("GET", "/networks/{id...}", tell);
    routes.add("POST", "/networks/{id...}/connect", tell);
    routes.add("*", "/images/{...}", [](const HttpRequest&) { return HttpResponse{501, ""}; });
    const auto ask = [&](const std::string& method, const std::string& path) {
        HttpRequest request;
        request.method = method;
        request.path = path;
        return routes.answer_now(request);
    };
    CHECK(ask("GET", "/networks/a").body == "a");
    CHECK(ask("HEAD", "/networks/a").status == 200);
    CHECK(ask("GET", "/networks/a/b%20c%2fd").body == "a/b c/d");
    CHECK(ask("GET", "/networks/").status == 404);
    CHECK(ask("POST", "/networks/a/b/connect").body == "a/b");
    CHECK(ask("POST", "/networks/connect").status == 405);
    CHECK(ask("POST", "/networks//connect").status == 405);
    CHECK(ask("PATCH", "/images/x/json").status == 501);
    CHECK(ask("GET", "/nothing").status == 404);
}

} // namespace pontoon::http_text_test
