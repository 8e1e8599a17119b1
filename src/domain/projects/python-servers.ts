import type { Files, Service } from './project.ts';
import { isPlain } from './project.ts';

/** How the project's own programs are called: `python3 -m shop`, wherever they are installed. */
type Run = (line: string) => string;

const address = '127.0.0.1';

/**
 * Servers that the source names, the plainest first: Django's settings, an object of a web framework, a package that runs by
 * itself. Those of a framework take their port by an option.
 */
export function serversOf(files: Files, run: Run, installed: boolean): Service[] {
  const plain = [django(files, run), applications(files, run), packages(files, run, installed)];
  return plain.find((services) => services.length > 0) ?? [];
}

/** Whether a file that lists packages asks for this one. */
export function asksFor(files: Files, name: string): boolean {
  const asked = new RegExp(`(^|["'\\s])${name.replace('[', '\\[')}\\b`, 'im');
  return [...files].some(
    ([path, text]) =>
      /^(pyproject\.toml|setup\.(py|cfg)|requirements.*\.txt|Pipfile)$/.test(path) && asked.test(text),
  );
}

function django(files: Files, run: Run): Service[] {
  if (!files.has('manage.py')) return [];
  const project = (name: string): string | undefined => {
    const found = [...files.keys()].filter(
      (path) => path.endsWith(`/${name}.py`) && path.split('/').length === 2,
    );
    const [directory = ''] = found[0]?.split('/') ?? [];
    return found.length === 1 && isPlain(directory) ? directory : undefined;
  };
  const [wsgi, asgi] = [project('wsgi'), project('asgi')];
  const from = 'manage.py';
  if (wsgi !== undefined && asksFor(files, 'gunicorn'))
    return [{ from, takesPort: true, start: run(`gunicorn ${wsgi}.wsgi --bind ${address}:$PORT`) }];
  if (asgi !== undefined && asksFor(files, 'uvicorn'))
    return [
      {
        from,
        takesPort: true,
        start: run(`uvicorn ${asgi}.asgi:application --host ${address} --port $PORT`),
      },
    ];
  return [
    {
      from,
      takesPort: true,
      start: run(`python3 manage.py runserver --noreload ${address}:$PORT`),
      decide: "start: Django's runserver is for development: name a server for production, such as gunicorn",
    },
  ];
}

/** `app = FastAPI(…)` */
function applications(files: Files, run: Run): Service[] {
  return [...files].flatMap(([path, text]): Service[] => {
    const found = path.endsWith('.py')
      ? /^(\w+)\s*(?::[^=\n]+)?=\s*(FastAPI|Starlette|Litestar|Quart|Flask)\s*\(/m.exec(text)
      : null;
    const [, name = '', framework = ''] = found ?? [];
    const below = path.startsWith('src/') ? 'src' : undefined;
    const module = path
      .replace(/^src\//, '')
      .replace(/(\/__init__)?\.py$/, '')
      .replaceAll('/', '.');
    if (found === null || !isPlain(module)) return [];
    const from = `${path}, an application of ${framework}`;
    const at = (option: string): string => (below === undefined ? '' : ` ${option} ${below}`);
    if (framework !== 'Flask') {
      const start = run(`uvicorn ${module}:${name}${at('--app-dir')} --host ${address} --port $PORT`);
      const asked = asksFor(files, 'uvicorn') || asksFor(files, 'fastapi[standard');
      const decide = 'start: no file asks for uvicorn: name the server, and add it to the packages';
      return [{ from, takesPort: true, start, ...(asked ? {} : { decide }) }];
    }
    if (asksFor(files, 'gunicorn'))
      return [
        {
          from,
          takesPort: true,
          start: run(`gunicorn ${module}:${name}${at('--pythonpath')} --bind ${address}:$PORT`),
        },
      ];
    return [
      {
        from,
        takesPort: true,
        start: run(`flask --app ${path.replace(/(\/__init__)?\.py$/, '')} run --port $PORT`),
        decide: "start: Flask's own server is for development: name one for production, such as gunicorn",
      },
    ];
  });
}

/** `python3 -m shop`; what is below `src` is found only where it is installed. */
function packages(files: Files, run: Run, installed: boolean): Service[] {
  return [...files.keys()].flatMap((path) => {
    const [, source, name = ''] = /^(src\/)?(\w+)\/__main__\.py$/.exec(path) ?? [];
    if (name === '' || /^(src|tests?|docs|scripts|examples?)$/.test(name)) return [];
    if (source !== undefined && !installed) return [];
    return [{ from: path, start: run(`python3 -m ${name}`) }];
  });
}

/** Programs at the root that are run, not imported, in the order of how their names sound. */
export function programsOf(files: Files): string[] {
  return ['server.py', 'app.py', 'main.py', '__main__.py', 'run.py'].filter((path) =>
    /__name__\s*==\s*["']__main__["']|\bserve_forever\s*\(/.test(files.get(path) ?? ''),
  );
}
