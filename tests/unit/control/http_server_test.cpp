// The daemon's HTTP on a real socket: requests as they should be, and hostile ones, which keep nobody else waiting.
#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <thread>

#include "control/http_server.hpp"
#include "control/unix_socket.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::http_server_test {

namespace {

class Client {
public:
    explicit Client(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        const timeval patience{10, 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    Client& send(const std::string& text) {
        for (std::size_t sent = 0; sent < text.size();) { // the server may have had enough before all is sent
            const auto n = ::send(fd_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) {
                break;
            }
            sent += static_cast<std::size_t>(n);
        }
        return *this;
    }
    // Until `end` has come, or the server has closed.
    std::string receive(const std::string& end = "\r\n\r\n\r\n") {
        std::string text;
        char bytes[4096];
        while (!text.ends_with(end)) {
            const auto n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
            if (n <= 0) {
                closed = true;
                break;
            }
            text.append(bytes, static_cast<std::size_t>(n));
        }
        return text;
    }
    void finish() { ::shutdown(fd_.get(), SHUT_WR); }

    bool closed = false;

private:
    UniqueFd fd_;
};

struct Served {
    Served() : socket(dir / "s"), server(io, socket.take(), [this](HttpRequest request) { return answer(request); }) {
        routes.add("GET", "/_ping", [](const HttpRequest&) { return HttpResponse{200, "OK", "text/plain"}; });
        routes.add("POST", "/things",
                   [](const HttpRequest& r) { return HttpResponse{201, std::to_string(r.body.size())}; });
        routes.add("DELETE", "/things/{name}", [](const HttpRequest&) { return HttpResponse{204, ""}; });
        routes.add("GET", "/things/{name}", [](const HttpRequest& r) { return HttpResponse{200, r.captured[0]}; });
        routes.add("GET", "/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("it broke"); });
        spdlog::set_level(spdlog::level::off);
        server.start();
        thread = std::thread([this] { io.run(); });
    }
    ~Served() {
        io.stop();
        thread.join();
    }
    boost::asio::awaitable<HttpResponse> answer(HttpRequest request) {
        ++answered;
        return routes.answer(std::move(request));
    }
    std::string ask(const std::string& text) {
        Client client(dir / "s");
        client.send(text);
        client.finish();
        return client.receive("never");
    }

    TempDir dir;
    UnixSocket socket;
    boost::asio::io_context io;
    HttpRoutes routes;
    std::atomic<int> answered = 0;
    HttpServer server;
    std::thread thread;
};

std::string request(const std::string& line, const std::string& more = "") {
    return line + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}
std::string status_of(const std::string& response) {
    return response.substr(0, response.find("\r\n"));
}

} // namespace

TEST_CASE("requests are answered, several on one connection") {
    Served served;
    Client client(served.dir / "s");
    for (int i = 0; i < 3; ++i) {
        const auto pong = client.send(request("GET /_ping")).receive("\r\n\r\nOK");
        CHECK(status_of(pong) == "HTTP/1.1 200 OK");
        CHECK_THAT(pong, Catch::Contains("Content-Type: text/plain\r\n"));
    }
    CHECK(status_of(client.send(request("DELETE /things/a")).receive("\r\n\r\n")) == "HTTP/1.1 204 No Content");
    const auto two = client.send(request("GET /things/a?x=1") + request("GET /things/bb")).receive("bb");
    CHECK_THAT(two, Catch::Contains("\r\n\r\na")); // pipelined
    CHECK(served.answered == 6);
    CHECK_FALSE(client.closed);
    CHECK_THAT(served.ask(request("POST /things", "Content-Length: 3\r\n") + "abc"), Catch::EndsWith("\r\n\r\n3"));
    CHECK_THAT(served.ask(request("POST /things", "Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n0\r\n\r\n"),
               Catch::EndsWith("\r\n\r\n2"));
}

TEST_CASE("what there is no route for is refused as Docker refuses it") {
    Served served;
    const auto unknown = served.ask(request("GET /nothing"));
    CHECK(status_of(unknown) == "HTTP/1.1 404 Not Found");
    CHECK_THAT(unknown, Catch::EndsWith("{\"message\":\"page not found\"}\n"));
    for (const auto* path : {"/", "/_ping/", "//_ping", "/things/", "/things/a/b", "*", "/%5fpin"}) {
        CHECK(status_of(served.ask(request(std::string("GET ") + path))) == "HTTP/1.1 404 Not Found");
    }
    const auto wrong = served.ask(request("PUT /things/a"));
    CHECK(status_of(wrong) == "HTTP/1.1 405 Method Not Allowed");
    CHECK_THAT(wrong, Catch::Contains("Allow: DELETE, GET\r\n"));
    const auto broken = served.ask(request("GET /broken"));
    CHECK(status_of(broken) == "HTTP/1.1 500 Internal Server Error");
    CHECK_THAT(broken, Catch::EndsWith("{\"message\":\"it broke\"}\n"));
}

TEST_CASE("hostile requests are refused or dropped, and the server goes on") {
    Served served;
    const auto refused = [&](const std::string& text) { return status_of(served.ask(text)); };
    const std::string bad = "HTTP/1.1 400 Bad Request";
    CHECK(refused("garbage\r\n\r\n") == bad);
    CHECK(refused(std::string("\0\0\0\0\x16\x03\x01\r\n\r\n", 11)) == bad);
    CHECK(refused("GET /_ping HTTP/9.9\r\n\r\n") == bad);
    CHECK(refused("GET /_ping HTTP/1.1\r\nno colon\r\n\r\n") == bad);
    CHECK(refused("GET /_ping HTTP/1.1\r\nA: b\x01\r\n\r\n") == bad);
    CHECK(refused(request("POST /things", "Content-Length: -1\r\n")) == bad);
    CHECK(refused(request("POST /things", "Content-Length: 1\r\nContent-Length: 2\r\n") + "ab") == bad);
    CHECK(refused(request("POST /things", "Transfer-Encoding: chunked\r\n") + "zz\r\n") == bad);
    CHECK(refused(request("GET /_ping", "Long: " + std::string(100'000, 'x') + "\r\n")) ==
          "HTTP/1.1 431 Request Header Fields Too Large");
    CHECK(refused("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n") ==
          "HTTP/1.1 431 Request Header Fields Too Large");
    CHECK(refused(request("POST /things", "Content-Length: 1048577\r\n")) == "HTTP/1.1 413 Payload Too Large");
    CHECK(refused("").empty());
    CHECK(refused("GET /_pi").empty());
    CHECK(refused(request("POST /things", "Content-Length: 10\r\n") + "half").empty());
    CHECK(served.answered == 0);
    CHECK(refused(request("GET /_ping")) == "HTTP/1.1 200 OK");
    CHECK(refused(request("POST /things", "Content-Length: 1048576\r\n") + std::string(1 << 20, 'x')) ==
          "HTTP/1.1 201 Created");
}

TEST_CASE("who is slow or says nothing keeps nobody waiting") {
    Served served;
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(std::make_unique<Client>(served.dir / "s"));
        slow.back()->send(i % 2 == 0 ? "" : "GET /_ping HTTP/1.1\r\nHo");
    }
    CHECK(status_of(served.ask(request("GET /_ping"))) == "HTTP/1.1 200 OK");
    CHECK(status_of(slow[1]->send("st: x\r\n\r\n").receive("OK")) == "HTTP/1.1 200 OK");
}

TEST_CASE("a server that closes accepts nobody and tells who is there") {
    Served served;
    Client client(served.dir / "s");
    CHECK_THAT(client.send(request("GET /_ping")).receive("OK"), Catch::EndsWith("OK"));
    std::atomic<bool> closed = false;
    boost::asio::post(served.io, [&] {
        served.server.close();
        closed = true;
    });
    const auto answer = client.send(request("GET /nothing")).receive("never");
    CHECK(closed);
    CHECK(status_of(answer) == "HTTP/1.1 503 Service Unavailable");
    CHECK(client.closed);
}

TEST_CASE("the socket is the group's, replaces what is stale and nothing else") {
    const TempDir dir;
    const auto path = dir / "s";
    {
        UnixSocket first(path);
        struct stat found{};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0660);
        CHECK_THROWS_WITH(UnixSocket(path), "the socket " + path.string() + ": somebody answers there already");
        CHECK(std::filesystem::exists(path));
    }
    CHECK_FALSE(std::filesystem::exists(path));
    {
        const UniqueFd stale(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(stale.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    CHECK(std::filesystem::exists(path));
    CHECK_NOTHROW(UnixSocket(path));
    write_file(path, {1});
    CHECK_THROWS_WITH(UnixSocket(path), "the socket " + path.string() + ": there is something else of that name");
    CHECK(std::filesystem::exists(path));
    CHECK_THROWS_WITH(UnixSocket("/nowhere/s"), "the socket /nowhere/s: No such file or directory");
}

} // namespace pontoon::http_server_test
