/** Little products of every kind that `sluice init` reads: they really serve where their tools are there. */
export type Files = Readonly<Record<string, string>>;

const goServer = `package main

import (
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
`;

export const goShop: Files = {
  'go.mod': 'module example.com/acme/shop/v2\n\ngo 1.21\n',
  'cmd/shop-server/main.go': goServer,
  'internal/cart/cart.go': 'package cart\n',
  'internal/cart/cart_test.go': 'package cart\n\nimport "testing"\n\nfunc TestCart(t *testing.T) {}\n',
  // Neither is a program of the product.
  'internal/cart/gen.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
  'examples/client/main.go': 'package main\n\nfunc main() {}\n',
};

export const nodeShop: Files = {
  'package.json': JSON.stringify({
    name: '@acme/shop',
    type: 'module',
    scripts: { start: 'node server.js', test: 'node --test', lint: 'node --check server.js' },
  }),
  'server.js': `import { createServer } from 'node:http';
createServer((request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end()).listen(process.env.PORT);
`,
};

const pythonServer = `import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
`;

export const pythonShop: Files = {
  'pyproject.toml': '[project]\nname = "shop"\nversion = "1.0.0"\n',
  'requirements.txt': '# nothing yet\n',
  '.gitignore': '.venv/\n/server.py\n',
  // Made by something else, and in no version.
  'server.py': 'if __name__ == "__main__":\n    pass\n',
  'shop/__init__.py': '',
  'shop/__main__.py': pythonServer,
  'tests/test_shop.py':
    'import unittest\n\n\nclass Shop(unittest.TestCase):\n    def test_shop(self):\n        pass\n',
};

export const rustShop: Files = {
  'Cargo.toml':
    '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[lints.clippy]\nall = "warn"\n',
  'Cargo.lock': 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n',
  'src/main.rs': `use std::io::{Read, Write};

fn main() {
    let port = std::env::var("PORT").expect("PORT");
    let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut asked = [0u8; 1024];
        let read = stream.read(&mut asked).unwrap_or(0);
        let status = if String::from_utf8_lossy(&asked[..read]).contains("/health") { "200 OK" } else { "404 Not Found" };
        let _ = write!(stream, "HTTP/1.1 {status}\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n");
    }
}
`,
};
