// What Lambda's own runtime does: asks for events, calls the handler, says what came of it. It loads nothing itself.
const http = require('node:http');
const path = require('node:path');

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const [file, name] = process.env._HANDLER.split('.');

function ask(method, place, body) {
  return new Promise((resolve, reject) => {
    const asked = http.request(`${api}${place}`, { method, agent: false }, (answered) => {
      const chunks = [];
      answered.on('data', (chunk) => chunks.push(chunk));
      answered.on('end', () =>
        resolve({ headers: answered.headers, body: Buffer.concat(chunks).toString() }),
      );
      answered.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function plain(error) {
  return JSON.stringify({
    errorType: error?.name,
    errorMessage: error?.message,
    trace: error?.stack?.split('\n'),
  });
}

async function run() {
  let handler;
  try {
    handler = require(path.join(process.env.LAMBDA_TASK_ROOT, file))[name];
  } catch (error) {
    await ask('POST', '/init/error', plain(error));
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await ask('GET', '/invocation/next');
    const id = headers['lambda-runtime-aws-request-id'];
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
    try {
      const answer = await handler(JSON.parse(body), context);
      await ask('POST', `/invocation/${id}/response`, JSON.stringify(answer ?? null));
    } catch (error) {
      await ask('POST', `/invocation/${id}/error`, plain(error));
    }
  }
}

run();
