import { Problem } from './problem.js';

const longestBody = 64 * 1024;

/** The JSON object in a request's body. */
export async function readJson(request) {
  const chunks = [];
  let length = 0;
  // The connection must outlive a body that is refused, or the refusal could not be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > longestBody) throw new Problem(413, `The body is longer than ${longestBody} bytes.`);
    chunks.push(chunk);
  }
  const value = parse(Buffer.concat(chunks).toString('utf8'));
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Problem(400, 'The body must be a JSON object.');
  return value;
}

export function send(response, status, value) {
  write(response, status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);
}

export function sendHtml(response, html) {
  write(response, 200, 'text/html; charset=utf-8', html);
}

function write(response, status, type, body) {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not JSON.');
  }
}
