import { goMain, type Little } from './repositories.ts';

const spring = (artifact: string) =>
  `<project><artifactId>${artifact}</artifactId><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`;
const venv = 'python3 -m venv .venv && .venv/bin/pip install';
const stack = 'docker compose -p $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT up -d --wait';

const noTests = ['no path of health', 'no tests were found'];

/** Those that say by a framework, or in a directory below, what serves. */
export const repositoriesOfFrameworks: Readonly<Record<string, Little>> = {
  'Django behind gunicorn': {
    files: {
      'manage.py': '',
      'shop/wsgi.py': '',
      'shop/asgi.py': '',
      'requirements.txt': 'django\ngunicorn==23\n',
    },
    checks: {},
    install: `${venv} -r requirements.txt`,
    start: '.venv/bin/gunicorn shop.wsgi --bind 127.0.0.1:$PORT',
    decide: noTests,
  },
  'Django without a server for production': {
    files: { 'manage.py': '', 'shop/wsgi.py': '', 'requirements.txt': 'django\n' },
    checks: {},
    install: `${venv} -r requirements.txt`,
    start: '.venv/bin/python manage.py runserver --noreload 127.0.0.1:$PORT',
    decide: ['runserver is for development', ...noTests],
  },
  'FastAPI, by uv': {
    files: {
      'pyproject.toml':
        '[project]\nname = "shop"\ndependencies = ["fastapi[standard]>=0.115"]\n[dependency-groups]\ndev = ["pytest"]\n',
      'uv.lock': '',
      'shop/main.py':
        'from fastapi import FastAPI\n\napp: FastAPI = FastAPI(title="shop")\n\n\n@app.get("/healthz")\ndef well():\n    return {}\n',
    },
    product: 'shop',
    checks: { unit: 'uv sync --locked && uv run --no-sync pytest' },
    install: 'uv sync --locked --no-dev',
    start: 'uv run --no-sync uvicorn shop.main:app --host 127.0.0.1 --port $PORT',
    health: '/healthz',
  },
  'Starlette below src, by pip, with groups and no server': {
    files: {
      'pyproject.toml':
        '[project]\nname = "shop"\ndependencies = ["starlette"]\n[dependency-groups]\ntest = ["pytest"]\n',
      'src/shop/app.py': 'site = Starlette(routes=[Route("/health", well)])\n',
      'tox.ini': '[pytest]\naddopts = -q\n',
    },
    product: 'shop',
    checks: {
      unit: `${venv} 'pip>=25.1' && .venv/bin/pip install . --group test && .venv/bin/pytest`,
    },
    install: `${venv} .`,
    start: '.venv/bin/uvicorn shop.app:site --app-dir src --host 127.0.0.1 --port $PORT',
    decide: ['no file asks for uvicorn'],
  },
  'Flask, with its own server alone': {
    files: {
      'app.py': 'app = Flask(__name__)\n# "/health"\nif __name__ == "__main__":\n    app.run()\n',
      'requirements.txt': 'flask\n',
    },
    checks: {},
    install: `${venv} -r requirements.txt`,
    start: '.venv/bin/flask --app app run --port $PORT',
    decide: ["Flask's own server is for development", 'no tests were found'],
  },
  'a Python package that runs by itself': {
    files: {
      'pyproject.toml': '[project]\nname = "corner-shop"\n',
      'src/shop/__main__.py': 'import os\nserve(os.environ["PORT"], "/health")\n',
      'tests/__main__.py': '',
    },
    product: 'corner-shop',
    checks: {},
    install: `${venv} .`,
    start: '.venv/bin/python -m shop',
    decide: ['no tests were found'],
  },
  'a Procfile with several commands': {
    files: {
      'requirements.txt': 'flask\ngunicorn\n',
      Procfile: 'web: flask db upgrade; gunicorn shop:app\n',
    },
    checks: {},
    install: `${venv} -r requirements.txt`,
    start: 'export PATH="$PWD/.venv/bin:$PATH"; flask db upgrade; gunicorn shop:app',
    decide: noTests,
  },
  'a Procfile with several commands, by Poetry': {
    files: {
      'pyproject.toml': '[tool.poetry]\nname = "shop"\n',
      'poetry.lock': '',
      Procfile: "web: ./migrate 'all of it' && uvicorn shop:app --port $PORT\n",
    },
    product: 'shop',
    checks: {},
    install: 'poetry install --only main',
    start: String.raw`poetry run sh -c './migrate '\''all of it'\'' && uvicorn shop:app --port $PORT'`,
    decide: noTests,
  },
  'Maven, where one module is the service': {
    files: {
      'pom.xml':
        '<project><artifactId>shop</artifactId><packaging>pom</packaging><modules><module>core</module><module>web</module></modules></project>',
      'core/pom.xml': '<project><artifactId>shop-core</artifactId></project>',
      'web/pom.xml': spring('shop-web'),
    },
    product: 'shop',
    checks: { unit: 'mvn -B verify' },
    install: 'mvn -B package -DskipTests',
    start: 'java -jar web/target/shop-web-*.jar --server.port=$PORT',
    decide: ['no path of health'],
  },
  'Gradle, as its own init makes it': {
    files: {
      'settings.gradle.kts': 'rootProject.name = "shop"\n// include("old")\ninclude("app", ":lib")\n',
      'app/build.gradle.kts': 'plugins {\n    application\n}\n',
      'lib/build.gradle.kts': 'plugins {\n    `java-library`\n}\n',
      gradlew: '#!/bin/sh\n',
    },
    product: 'shop',
    checks: { unit: './gradlew --no-daemon check' },
    install: './gradlew --no-daemon :app:installDist',
    start: 'app/build/install/app/bin/app',
    decide: ['nothing in the source reads', 'no path of health'],
  },
  'a Cargo workspace with one program': {
    files: {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n',
      'Cargo.lock': '',
      'crates/cart/Cargo.toml': '[package]\nname = "cart"\n',
      'crates/shop/Cargo.toml': '[package]\nname = "shop"\n',
      'crates/shop/src/main.rs': 'fn main() { std::env::var("PORT").unwrap(); "/health"; }\n',
    },
    checks: { unit: 'cargo test --locked --workspace' },
    install: 'cargo build --release --locked -p shop --bin shop',
    start: './target/release/shop',
  },
  'a Go workspace': {
    files: {
      'go.work': 'go 1.24\n\nuse (\n\t./api\n\t./lib // shared\n)\n',
      'api/go.mod': 'module example.com/api\n',
      'api/cmd/serve/main.go': goMain,
      'lib/go.mod': 'module example.com/lib\n',
      'old/go.mod': 'module example.com/old\n',
      'old/main.go': goMain,
    },
    checks: { unit: 'go vet ./api/... ./lib/... && go test ./api/... ./lib/...' },
    install: 'go build -o bin/serve ./api/cmd/serve',
    start: './bin/serve',
    health: '/healthz',
  },
  'Go, with its program in a directory, and examples': {
    files: {
      'go.mod': 'module example.com/hello\n',
      'server/main.go': goMain,
      'examples/main.go': goMain,
      'tools/main.go': goMain,
    },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...' },
    install: 'go build -o bin/server ./server',
    start: './bin/server',
    health: '/healthz',
  },
  'Node, with a Makefile that has more checks': {
    files: {
      'package.json': '{"name":"shop","scripts":{"test":"x","start":"node ."}}',
      Makefile: 'test smoke:\n\ttrue\n',
    },
    product: 'shop',
    checks: { unit: 'npm test', smoke: 'make smoke' },
    start: 'npm start',
    decide: [
      'nothing in the source reads',
      'no path of health',
      'criticalPaths runs before anything is deployed',
    ],
  },
  'a container that says how it is': {
    files: {
      Dockerfile:
        'FROM nginx\nEXPOSE 80\nHEALTHCHECK --interval=5s \\\n  CMD curl -f http://localhost:80/up || exit 1\nCMD ["nginx"]\n',
    },
    checks: { integration: 'docker build .' },
    install: 'docker build -t $SLUICE_PRODUCT:$SLUICE_COMMIT .',
    start:
      'docker rm -f $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT-$SLUICE_SLOT; exec docker run --rm --init --name $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT-$SLUICE_SLOT -p 127.0.0.1:$PORT:80 -e PORT=80 $SLUICE_PRODUCT:$SLUICE_COMMIT',
    health: '/up',
    decide: ['no tests were found'],
  },
  'containers whose images have a variable tag': {
    files: {
      'compose.yaml':
        'services:\n  web:\n    image: acme/shop:${TAG:?}\n    ports: ["127.0.0.1:${WEB_PORT:-8080}:80"]\n  db:\n    image: postgres:17\n',
    },
    checks: {},
    script: {
      deploy: `WEB_PORT=$ TAG=$SLUICE_VERSION ${stack}`,
      rollback: `WEB_PORT=$ TAG=$SLUICE_PREVIOUS_VERSION ${stack}`,
    },
    decide: ['tagged like 1.4.0', ...noTests],
  },
  'containers that are built from the tree': {
    files: {
      'docker-compose.yml':
        'x-base: &base\n  build: ./web\nservices:\n  web:\n    <<: *base\n    ports: [{ target: 80, published: "8080" }]\n    volumes: ["./data:/data"]\n',
      'web/Dockerfile': 'FROM scratch\n',
    },
    checks: { integration: 'docker compose build' },
    script: { deploy: `${stack} --build`, rollback: 'REPLACE_ME', url: 'http://127.0.0.1:8080' },
    decide: [
      'not looked into: web/Dockerfile',
      'say what brings the one before back',
      'publishes port 8080 for both',
      'mounts directories of the tree',
      ...noTests,
    ],
  },
  'a broken compose file': {
    files: { 'compose.yaml': 'services: [\n' },
    checks: {},
    start: 'REPLACE_ME',
    decide: ["compose.yaml can't be read", 'nothing was found', ...noTests],
  },
};
