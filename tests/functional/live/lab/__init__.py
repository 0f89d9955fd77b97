"""What the scenarios of the live switch share: a host, an outside, containers, a switch and peers, out of namespaces.

A scenario is a function of a Lab and ends with `main(scenario, ...)`. It runs with the switch or, as the reference that
proves it right, with the docker0 clone (--switch docker0)."""

from .containers import Container, Lab, check, equal, network  # noqa: F401
from .load import Datagrams, Stream  # noqa: F401
from .main import main  # noqa: F401
from .namespaces import Failure, Namespace, cable, eventually  # noqa: F401
from .peers import (EchoServer, HttpServer, SinkServer, TcpServer, UdpServer, curl, iperf3, no_ping, ping,  # noqa: F401
                    refuses, seen, tcp_ask, udp_ask, upload)
from .pontoon import Skip  # noqa: F401
from .sniff import Capture  # noqa: F401
from .world import FAR, GATEWAY, HOST, OTHER_SERVER, SERVER  # noqa: F401
