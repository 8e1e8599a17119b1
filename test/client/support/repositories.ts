/** A little repository by its files, and what its first configuration says. */
export interface Little {
  readonly files: Readonly<Record<string, string>>;
  readonly product?: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly install?: string;
  readonly start?: string;
  /** Where commands bring versions up; `$` stands for the port. */
  readonly script?: { readonly deploy: string; readonly rollback: string; readonly url?: string };
  readonly health?: string;
  /** Parts of what a person is asked to decide, in order. */
  readonly decide?: readonly string[];
}

export const goMain =
  'package main\n\nimport "os"\n\nfunc main() { println(os.Getenv("PORT"), "/healthz") }\n';
export const goModule = 'module example.com/acme/hello\n\ngo 1.24\n';
const pythonServer = `import os
from http.server import HTTPServer, BaseHTTPRequestHandler
if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), BaseHTTPRequestHandler).serve_forever()  # "/health"
`;
const nodeServer = "require('http').createServer().listen(process.env.PORT); // '/health'\n";
const spring = `<project><artifactId>shop</artifactId><version>1.2.0</version>
<dependencies><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies>
<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`;
const dockerfile =
  'FROM golang AS build\nRUN make\nEXPOSE 1\n\nFROM scratch\nEXPOSE 8080/tcp\nCMD ["/shop"]\n';

const run =
  'docker rm -f $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT-$SLUICE_SLOT; exec docker run --rm --init --name $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT-$SLUICE_SLOT -p 127.0.0.1:$PORT:8080 -e PORT=8080 $SLUICE_PRODUCT:$SLUICE_COMMIT';
const build = 'docker build -t $SLUICE_PRODUCT:$SLUICE_COMMIT .';
const nothing = 'REPLACE_ME';

export const repositories: Readonly<Record<string, Little>> = {
  'Go, with its program at the root': {
    files: { 'go.mod': goModule, 'main.go': goMain, 'main_test.go': 'package main\n' },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...' },
    install: 'go build -o bin/hello .',
    start: './bin/hello',
    health: '/healthz',
  },
  'Go, with its program below cmd, a linter and a Makefile': {
    files: {
      'go.mod': 'module example.com/hello/v2\n',
      'cmd/serve/main.go': goMain,
      'tools.go': '//go:build tools\n\npackage main\n\nfunc main() {}\n',
      '.golangci.yml': 'version: "2"\n',
      Makefile: 'VERSION := 1\n.PHONY: test\ntest e2e: build\n\tgo test -race ./...\n',
    },
    product: 'hello',
    checks: { unit: 'golangci-lint run && make test', e2e: 'make e2e' },
    install: 'go build -o bin/serve ./cmd/serve',
    start: './bin/serve',
    health: '/healthz',
  },
  'Go, with several programs': {
    files: { 'go.mod': goModule, 'cmd/api/main.go': goMain, 'cmd/job/main.go': goMain },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...' },
    start: nothing,
    health: '/healthz',
    decide: [
      'which of these is the product instead of REPLACE_ME: install: go build -o bin/api ./cmd/api, start: ./bin/api',
    ],
  },
  'Go, a library': {
    files: { 'go.mod': goModule, 'hello.go': 'package hello\n' },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...' },
    start: nothing,
    decide: ['no package main', 'nothing was found that plainly starts', 'no path of health'],
  },
  'Go, with documentation made by Node': {
    files: {
      'go.mod': goModule,
      'main.go': goMain,
      'package.json': JSON.stringify({
        name: 'website',
        scripts: { start: 'docusaurus start', build: 'docusaurus build', 'docs:check': 'linkinator' },
        devDependencies: { linkinator: '1' },
      }),
      'package-lock.json': '{}',
    },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...', docs: 'npm ci && npm run docs:check' },
    install: 'go build -o bin/hello .',
    start: './bin/hello',
    health: '/healthz',
  },
  'Go and Node, both of which may be the service': {
    files: {
      'go.mod': goModule,
      'main.go': goMain,
      'package.json': '{"scripts":{"start":"node web.js","test":"node --test"}}',
    },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./... && npm test' },
    start: nothing,
    health: '/healthz',
    decide: ['./bin/hello (package main at the root); or start: npm start (package.json, the script start)'],
  },
  'Go, in an image': {
    files: { 'go.mod': goModule, 'main.go': goMain, Dockerfile: dockerfile },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...', integration: 'docker build .' },
    install: 'go build -o bin/hello .',
    start: './bin/hello',
    health: '/healthz',
    decide: ['the image of Dockerfile could be deployed instead'],
  },
  'Python, without packages': {
    files: { 'server.py': pythonServer, 'tests/test_server.py': 'import unittest\n' },
    checks: { unit: 'python3 -m unittest discover -s tests' },
    start: 'python3 server.py',
  },
  'Python, with requirements, pytest and ruff': {
    files: {
      'app.py': pythonServer,
      'requirements.txt': 'flask\n',
      'requirements-dev.txt': 'pytest==8\n',
      'pyproject.toml': '[project]\nname = "Corner_Shop"\n[tool.ruff]\nline-length = 100\n',
    },
    product: 'corner-shop',
    checks: {
      unit: 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -r requirements-dev.txt && ruff check . && .venv/bin/pytest',
    },
    install: 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt',
    start: '.venv/bin/python app.py',
  },
  'Python, by uv, with a script of its own': {
    files: {
      'pyproject.toml':
        '[project]\nname = "shop"\nscripts = { shop = "shop:main" }\n[dependency-groups]\ndev = ["pytest>=8", "mypy"]\n[tool.mypy]\n',
      'uv.lock': '',
    },
    product: 'shop',
    checks: { unit: 'uv sync --locked && uv run --no-sync mypy . && uv run --no-sync pytest' },
    install: 'uv sync --locked --no-dev',
    start: 'uv run --no-sync shop',
    decide: ['nothing in the source reads', 'no path of health'],
  },
  'Python, tested by tox and started by a Procfile': {
    files: {
      'tox.ini': '[tox]\n',
      'requirements.txt': 'gunicorn\n',
      Procfile: 'release: ./migrate\nweb: gunicorn --bind 127.0.0.1:$PORT shop:app\n',
    },
    checks: { unit: 'tox' },
    install: 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt',
    start: '.venv/bin/gunicorn --bind 127.0.0.1:$PORT shop:app',
    decide: ['no path of health'],
  },
  'Java, by Maven with Spring Boot': {
    files: { 'pom.xml': spring, mvnw: '#!/bin/sh\n' },
    product: 'shop',
    checks: { unit: './mvnw -B verify' },
    install: './mvnw -B package -DskipTests',
    start: 'java -jar target/shop-*.jar --server.port=$PORT',
    health: '/actuator/health',
  },
  'Java, by Maven in modules': {
    files: {
      'pom.xml': '<project><artifactId>shop</artifactId><modules><module>api</module></modules></project>',
    },
    product: 'shop',
    checks: { unit: 'mvn -B verify' },
    start: nothing,
    decide: ['pom.xml has modules', 'nothing was found', 'no path of health'],
  },
  'Java, by Gradle with an application': {
    files: {
      'build.gradle': "plugins {\n  id 'java'\n  id 'application'\n}\n",
      'settings.gradle': "rootProject.name = 'shop'\n",
      gradlew: '#!/bin/sh\n',
    },
    product: 'shop',
    checks: { unit: './gradlew --no-daemon check' },
    install: './gradlew --no-daemon installDist',
    start: 'build/install/shop/bin/shop',
    decide: ['nothing in the source reads', 'no path of health'],
  },
  'Java, by Gradle with Spring Boot, in Kotlin': {
    files: { 'build.gradle.kts': 'plugins {\n  id("org.springframework.boot") version "3.5.0"\n}\n' },
    checks: { unit: 'gradle --no-daemon check' },
    install: 'gradle --no-daemon bootJar',
    start: 'java -jar build/libs/*.jar --server.port=$PORT',
    decide: ['no path of health'],
  },
  'Rust, with lints that its automation runs': {
    files: {
      'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\n',
      'Cargo.lock': '',
      'src/main.rs': 'fn main() { std::env::var("PORT").unwrap(); "/health"; }\n',
      '.github/workflows/ci.yml':
        'jobs:\n  a:\n    steps:\n      - run: cargo clippy\n      - run: cargo fmt --check\n',
    },
    product: 'shop',
    checks: {
      unit: 'cargo fmt --all --check && cargo clippy --locked --all-targets -- -D warnings && cargo test --locked',
    },
    install: 'cargo build --release --locked --bin shop',
    start: './target/release/shop',
  },
  'Rust, a workspace': {
    files: { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n', 'a/Cargo.toml': '[package]\nname = "a"\n' },
    checks: { unit: 'cargo test --workspace' },
    start: nothing,
    decide: ['has no binary', 'a/Cargo.toml', 'nothing was found', 'no path of health'],
  },
  'Node, with packages, a build and a scope': {
    files: {
      'package.json': JSON.stringify({
        name: '@acme/Corner Shop',
        scripts: {
          start: 'node dist',
          test: 'vitest run',
          lint: 'oxlint',
          build: 'tsc',
          'test:e2e': 'x',
          typecheck: 'tsc',
        },
        devDependencies: { typescript: '7' },
      }),
      'package-lock.json': '{}',
      'server.js': nodeServer,
    },
    product: 'corner-shop',
    checks: {
      unit: 'npm ci && npm run lint && npm run typecheck && npm run build && npm test',
      e2e: 'npm ci && npm run test:e2e',
    },
    install: 'npm ci && npm run build',
    start: 'npm start',
  },
  'Node, by pnpm': {
    files: {
      'package.json': '{"name":"shop","main":"./server.js","scripts":{"test":"x"},"dependencies":{"a":"1"}}',
      'pnpm-lock.yaml': '',
      'server.js': nodeServer,
    },
    product: 'shop',
    checks: { unit: 'pnpm install --frozen-lockfile && pnpm test' },
    install: 'pnpm install --frozen-lockfile --prod',
    start: 'node server.js',
  },
  'Node, with what npm init writes, and tests that never end': {
    files: {
      'package.json':
        '{"name":"shop","scripts":{"test":"echo \\"Error: no test specified\\" && exit 1","test:unit":"jest --watch","start":"nodemon a.js"}}',
    },
    product: 'shop',
    checks: {},
    start: nothing,
    decide: [
      'test:unit watches files',
      'a server for development',
      'nothing was found',
      'no path of health',
      'no tests were found',
    ],
  },
  'Node, with names that mean something to JavaScript': {
    files: {
      'package.json':
        '{"name":"__proto__","__proto__":{"scripts":{"test":"x"}},"scripts":{"__proto__":"x","constructor":"y","test":"z"},"dependencies":{"__proto__":"1"}}',
      'package-lock.json': '{}',
      'server.js': nodeServer,
    },
    product: 'proto',
    checks: { unit: 'npm ci && npm test' },
    install: 'npm ci --omit=dev',
    start: 'node server.js',
  },
  'a container alone': {
    files: { Dockerfile: dockerfile, 'compose.yaml': 'services: {}\n' },
    checks: { integration: 'docker build .' },
    install: build,
    start: run,
    decide: ['no path of health', 'no tests were found'],
  },
  'a container that says no port, with a Makefile': {
    files: { Containerfile: 'FROM scratch\nCMD ["/shop"]\n', Makefile: 'lint test:\n\ttrue\n' },
    checks: { unit: 'make lint && make test', integration: 'docker build -f Containerfile .' },
    start: nothing,
    decide: ['Containerfile says no port', 'nothing was found', 'no path of health'],
  },
};
