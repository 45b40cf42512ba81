"""The routers of the bench: one process, one port each, the same cheap conversation for whoever comes.

It is written with asyncssh: not what trustfleet is built on, and the library of its quickest rival. The device knows
no PKI; it echoes, prompts as IOS does and has its outputs ready. The job comes as the first line of standard input;
the ports go as JSON to standard output, and so do the counters, one line for each further line of standard input.
"""

import asyncio
import json
import logging
import os
import resource
import secrets
import sys

import asyncssh
import asyncssh.kex_dh

READY = {}
COUNTERS = {"sessions": 0, "commands": 0, "lines": 0, "refused": 0}
SHELLS = set()

# A safe prime that nobody knows by heart: what `openssl dhparam 2048` made. The well-known groups need no look at them.
PRIME = int(
    "e92e335a47e81f2601d9dea7088434603a85d2a9f17f5d3266e72035e4bf82812215010751dd06910e36f61a209d477e"
    "a9c288d0932fb28a64952d619d4cea3b816c8d1f6d91b07a763caac7b1d4a7b5538a9797ef07b33bcf6550fc95bb4267"
    "62bf837acf5d59393c62a530bca52dd4e6e1f43f23e0847bf2fc0ada13ce2925a4e5c6c313033f2a1561d1e0a19bbf41"
    "f71c91a749835f74a88b55e1c7634e2a95da8233796a0050d7d546f68aefa873791d593673bf597bc9c21c779460a61f"
    "d8e011d1079107ed1ff0f466ea2b8e3fea81e970756aff77441f0cf7534b60e2a0001287533f1d6630ec3557c5b2de31"
    "0fe1221a974785f01c6a2541a8df6b2f",
    16,
)


class Exchange:
    """asyncssh's arithmetic, without the look at the prime that its library takes three times: a second for each login."""

    def __init__(self, g, p):
        self.p = p
        self.secret = secrets.randbits(512) | 1 << 511
        self.public = pow(g, self.secret, p)

    def get_public(self):
        return self.public

    def get_shared(self, peer_public):
        return pow(peer_public, self.secret, self.p)


class Shell(asyncssh.SSHServerSession):
    """A command line at privilege 15. What is typed ahead waits as in a router's input buffer, and is echoed in turn."""

    def __init__(self, name):
        self.name = name
        self.mode = ""
        self.line = ""
        self.after_return = False
        self.out = []

    def connection_made(self, channel):
        self.channel = channel
        SHELLS.add(self)

    def connection_lost(self, problem):
        SHELLS.discard(self)

    def pty_requested(self, *_):
        return True

    def shell_requested(self):
        return True

    def session_started(self):
        COUNTERS["sessions"] += 1
        # asyncssh's own line editor and its translation of line ends are off: see serve().
        self.channel.write(f"\r\n{self.prompt}")

    @property
    def prompt(self):
        return f"{self.name}{self.mode}#"

    def data_received(self, data, datatype):
        for char in data:
            if char == "\n" and self.after_return:
                self.after_return = False
                continue
            self.after_return = char == "\r"
            if char in "\r\n":
                self.out.append("\r\n")
                self.enter()
            elif char == "\x03":
                self.line = ""
                self.out.append(f"^C\r\n{self.prompt}")
            elif char in "\x08\x7f":
                self.line = self.line[:-1]
            elif char >= " ":
                self.line += char
                self.out.append(char)
        if self.out:
            self.channel.write("".join(self.out))
            self.out.clear()

    def enter(self):
        line, self.line = self.line.strip(), ""
        answer = self.answer(line) if line else ""
        if answer is not None:
            self.out.append(answer + self.prompt)

    def answer(self, line):
        if self.mode:
            return self.configured(line)
        COUNTERS["commands"] += 1
        if line in ("exit", "logout", "quit"):
            self.channel.write("".join(self.out))
            self.out.clear()
            self.channel.exit(0)
            return None
        if line.startswith("terminal ") or line in ("enable", "end"):
            return ""
        if line in ("configure terminal", "conf t", "config term"):
            self.mode = "(config)"
            return "Enter configuration commands, one per line.  End with CNTL/Z.\r\n"
        if line in READY:
            return READY[line].replace("{{name}}", self.name)
        COUNTERS["refused"] += 1
        return f"{' ' * len(self.prompt)}^\r\n% Invalid input detected at '^' marker.\r\n\r\n"

    def configured(self, line):
        if line == "end":
            self.mode = ""
        elif line == "exit":
            self.mode = "" if self.mode == "(config)" else "(config)"
        elif line.startswith("do "):
            return READY.get(line[3:], "")
        else:
            COUNTERS["lines"] += 1
            if line.startswith("interface "):
                self.mode = "(config-if)"
        return ""


class Server(asyncssh.SSHServer):
    def __init__(self, name, login):
        self.name = name
        self.login = login

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return [username, password] == self.login

    def session_requested(self):
        return Shell(self.name)


async def serve(job):
    # A port and a connection for each of thousands.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # A client that hangs up at once is nothing to tell of.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    asyncssh.kex_dh._dh_gex_groups = ((2048, 2, PRIME),)
    asyncssh.kex_dh.DH = Exchange
    # Where two kinds of routers share a core, the arithmetic of one kind is not to keep the other from answering.
    os.nice(job.get("nice", 0))
    READY.update({command: text.replace("\n", "\r\n") for command, text in job["outputs"].items()})
    key = asyncssh.import_private_key(job["hostKey"])
    # One list of one entry each, so that every client has the same arithmetic to do.
    options = {
        "server_host_keys": [key],
        "kex_algs": job.get("kex", ["ecdh-sha2-nistp256"]),
        "encryption_algs": ["aes128-ctr"],
        "mac_algs": ["hmac-sha2-256"],
        "compression_algs": ["none"],
        "signature_algs": ["rsa-sha2-256", "ssh-rsa"],
        "line_editor": False,
        "login_timeout": 600,
        "tcp_keepalive": False,
    }
    ports = []
    for name in job["names"]:
        listener = await asyncssh.create_server(
            lambda name=name: Server(name, job["login"]), "127.0.0.1", 0, backlog=1024, **options
        )
        ports.append(listener.get_port())
    print(json.dumps({"ports": ports}), flush=True)

    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        seen = {**COUNTERS, "open": len(SHELLS), "cpu": usage.ru_utime + usage.ru_stime}
        print(json.dumps(seen), flush=True)


asyncio.run(serve(json.loads(sys.stdin.readline())))
