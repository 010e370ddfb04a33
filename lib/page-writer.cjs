// Runs on Lambda, beside the files that it writes; the S3 client is the runtime's.
const { readFile } = require('node:fs/promises');
const { join } = require('node:path');
const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');

/** A custom resource: what CloudFormation asks, and what came of it at the address that it gives. */
exports.handler = async (event) => {
  const answer = {
    Status: 'SUCCESS',
    PhysicalResourceId: event.ResourceProperties.bucket,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  try {
    // Files of an older page stay: somebody may have it open.
    if (event.RequestType !== 'Delete') await writeFiles(event.ResourceProperties.bucket);
  } catch (error) {
    console.error(error);
    Object.assign(answer, { Status: 'FAILED', Reason: String(error).slice(0, 1000) });
  }
  const { ok, status } = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
  if (!ok) throw new Error(`the answer was not taken: ${status}`);
};

/** The page last, when everything that it names is there. */
async function writeFiles(bucket) {
  const client = new S3Client({});
  const files = JSON.parse(await readFile(join(__dirname, 'files.json'), 'utf8'));
  const isPage = ({ path }) => path === 'index.html';
  for (const file of [...files.filter((one) => !isPage(one)), ...files.filter(isPage)])
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: file.path,
        Body: await readFile(join(__dirname, 'page', file.path)),
        ContentType: file.contentType,
        CacheControl: cacheControl(file.path),
      }),
    );
}

/** A name that holds a hash of the content never changes its content. */
function cacheControl(path) {
  return /-[A-Z0-9]{8}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
