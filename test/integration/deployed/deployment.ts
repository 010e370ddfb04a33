import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Store } from '@sgraph-backbone/layer/store';
import type { TestServer } from '../../contract/s3-servers.ts';
import { type HttpAsked, httpApiEvent, objectCreated, queueEvent, takes } from './events.ts';
import { type FunctionProcess, startFunction } from './function-process.ts';
import { type GrantingProxy, grantingProxy } from './granting-proxy.ts';
import type { PolicyStatement } from './policy.ts';
import { createQueues, type Queues } from './queue-server.ts';
import { ACCOUNT, type Assembly, type Found, REGION, readAssembly } from './template.ts';

/** One function as it runs: its process, and its way to AWS. */
export interface DeployedFunction {
  readonly process: FunctionProcess;
  readonly proxy: GrantingProxy;
  /** What its role may do. */
  readonly statements: readonly PolicyStatement[];
}

/** What `cdk deploy` would have made, on servers on loopback. */
export interface Deployment {
  readonly observabilityBucket: string;
  readonly dataBucket: string;
  /** The store, as its owner sees it. */
  readonly store: Store;
  /** By the id of the construct: `Ingest`, `AdminApi`. */
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly queues: Queues;
  /** EventBridge's part: what a rule of the template takes goes to the rule's queue. */
  arrive(key: string): Promise<void>;
  /** SQS's and Lambda's part: calls functions until no queue has a message. */
  settle(): Promise<void>;
  /** Asks the admin API with its key. */
  ask(
    asked: HttpAsked,
  ): Promise<{ readonly status: number; readonly body: Answer; readonly headers: Record<string, string> }>;
  /** Makes S3 refuse a share of the requests, from 0 to 1. */
  busy(share: number): void;
  /** Makes all roles lose what they may do with some resources. */
  deny(isDenied: (resource: string) => boolean): void;
  /** What went wrong, as the functions' logs say it. */
  failures(): string[];
  /** Sends what was given up for ingest and record-events again, as its owner would. */
  redrive(): Promise<void>;
  queueNamed(id: string): string;
  remove(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON of any shape
export type Answer = any;

export interface DeploymentOptions {
  /** S3. */
  readonly server: TestServer;
  /** SQS and Secrets Manager. */
  readonly services: string;
  /** Settings of the application, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Decides which requests S3 refuses. */
  readonly random?: () => number;
}

/** Synthesizes the application and starts every function of it. */
export async function deploy({
  server,
  services,
  settings = {},
  random = Math.random,
}: DeploymentOptions): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'backbone-deployed-'));
  const unique = `t${randomBytes(4).toString('hex')}`;
  const assembly = join(folder, 'cdk.out');
  synthesize(assembly, {
    BACKBONE_NAME: unique,
    BACKBONE_ACCOUNT: ACCOUNT,
    BACKBONE_REGION: REGION,
    ...settings,
  });
  const secrets = new SecretsManagerClient({ endpoint: services, region: REGION, credentials: TEST });
  const secret = `${unique}-admin-key`;
  const key = randomUUID();
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: key }));
  let queues: Queues | undefined;
  let share = 0;
  let round = 0;
  let denied: (resource: string) => boolean = () => false;
  let proxyUrl = '';
  const cloud = readAssembly(assembly, (resource, name) => {
    if (resource.Type === 'AWS::SQS::Queue') {
      const queue = queues?.nameOf(resource) ?? resource.id;
      return name === 'Ref' ? `${proxyUrl}/${ACCOUNT}/${queue}` : `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;
    }
    if (resource.Type === 'AWS::SecretsManager::Secret') return ARN;
    return undefined;
  });
  queues = await createQueues(cloud, services, unique);
  const client = new S3Client({ ...server.connection, forcePathStyle: true });
  const etagOf = (Bucket: string, Key: string) =>
    client.send(new HeadObjectCommand({ Bucket, Key })).then(
      ({ ETag }) => ETag,
      () => undefined,
    );
  const functions = new Map<string, DeployedFunction>();
  for (const found of cloud.ofType('AWS::Lambda::Function').filter(isStep)) {
    const statements = statementsOf(cloud, found);
    const proxy = await grantingProxy({
      statements,
      s3: server.connection.endpoint,
      services,
      etagOf,
      isDenied: (resource) => denied(resource),
      isBusy: () => random() < share,
      // Time passes between two rounds: the next message of a group is one of another slot.
      rewrite: (body) =>
        Buffer.from(body.toString().replaceAll(/"MessageDeduplicationId":"(\w+)/g, `$&${round}`)),
    });
    proxyUrl = proxy.url;
    const { Properties } = found;
    const environment = cloud.resolve(found.stack, Properties.Environment.Variables) as Record<
      string,
      string
    >;
    const layer = unpacked(folder, assembly, layerOf(cloud, found), 'opt');
    const process = await startFunction({
      task: unpacked(folder, assembly, found, `task/${nameOf(found)}`),
      layer,
      handler: Properties.Handler,
      environment: {
        ...environment,
        ...machineOf(server, proxy.url),
        // The layer is unpacked elsewhere.
        BACKBONE_COUNTRY_TABLE: join(layer, 'country-table'),
      },
      timeout: Properties.Timeout * 1000,
    });
    functions.set(nameOf(found), { process, proxy, statements });
  }
  const store = await openStore(storeUrl(cloud), { s3: server.connection });
  const buckets = cloud
    .ofType('AWS::S3::Bucket')
    .map((found) => String(cloud.resolve(found.stack, found.Properties.BucketName)))
    .filter((name) => name.startsWith(unique));
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  const named = (part: string) => buckets.find((name) => name.includes(`-${part}-`)) as string;
  const admin = functions.get('AdminApi') as DeployedFunction;
  const sources = eventSources(cloud);
  const found = queues;
  return {
    observabilityBucket: named('observability'),
    dataBucket: named('data'),
    store,
    functions,
    queues: found,
    async arrive(key) {
      const event = objectCreated(named('observability'), key);
      for (const rule of cloud
        .ofType('AWS::Events::Rule')
        .filter(({ Properties }) => Properties.EventPattern)) {
        const pattern = cloud.resolve(rule.stack, rule.Properties.EventPattern) as Parameters<
          typeof takes
        >[0];
        const [{ Arn }] = cloud.resolve(rule.stack, rule.Properties.Targets) as [{ Arn: string }];
        if (takes(pattern, event)) await found.send(Arn.slice(Arn.lastIndexOf(':') + 1), event);
      }
    },
    async settle() {
      for (let delivered = 1; delivered > 0; round++) {
        delivered = 0;
        for (const source of sources) delivered += await deliver(found, source, functions);
      }
    },
    async ask(asked) {
      const event = httpApiEvent({ ...asked, headers: { 'x-api-key': key, ...asked.headers } });
      const { statusCode, body, headers } = (await admin.process.invoke(event)) as Answer;
      return { status: statusCode, body: body ? JSON.parse(body) : undefined, headers };
    },
    busy(wanted) {
      share = wanted;
    },
    deny(isDenied) {
      denied = isDenied;
    },
    failures: () =>
      [...functions].flatMap(([name, { process }]) =>
        process.lines
          .filter((line) => (line as Answer)?.level === 'error' || typeof line === 'string')
          .map((line) => `${name}: ${(line as Answer).error?.message ?? JSON.stringify(line)}`),
      ),
    async redrive() {
      for (const [source, target] of deadLetters(cloud)) {
        const [from, to] = [found.nameOf(source), found.nameOf(target)];
        for (const { body, handle } of await found.receive(from, 10)) {
          if (isEvent(body)) await found.send(to, JSON.parse(body));
          await found.done(from, [handle]);
        }
      }
    },
    queueNamed: (id) => {
      const queue = cloud
        .ofType('AWS::SQS::Queue')
        .find((other) => other.id.replace(/[0-9A-F]{8}$/, '') === id);
      return found.nameOf(queue as Found);
    },
    async remove() {
      for (const { process, proxy } of functions.values()) {
        await process.stop();
        await proxy.close();
      }
      await store.close();
      for (const bucket of buckets) await removeBucket(client, bucket);
      client.destroy();
      await found.remove();
      await secrets.send(new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true }));
      secrets.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TEST = { accessKeyId: 'test', secretAccessKey: 'test' };

async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    await Promise.all(Contents.map(({ Key }) => client.send(new DeleteObjectCommand({ Bucket, Key }))));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** The application as the CDK's command runs it, with settings as `-c` gives them. */
function synthesize(folder: string, settings: Readonly<Record<string, string>>): void {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  // The command line says these two of its own accord.
  const paths = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
  const CDK_CONTEXT_JSON = JSON.stringify({ ...context, ...paths, ...settings });
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON };
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/app.ts'], {
    env,
    stdio: 'pipe',
  });
}

/** Functions that run steps; the others serve the CDK. */
function isStep({ Properties }: Found): boolean {
  return Properties.Environment?.Variables?.BACKBONE_STORE !== undefined;
}

/** `PipelineStack/Ingest/Function/Resource` → `Ingest` */
function nameOf({ Metadata }: Found): string {
  return Metadata!['aws:cdk:path']!.split('/')[1]!;
}

/** Copies an asset to where nothing else is. */
function unpacked(folder: string, assembly: string, { Metadata }: Found, place: string): string {
  const asset = Metadata!['aws:asset:path']!;
  const target = join(folder, place, asset);
  // What another function has loaded must not be written again.
  if (!existsSync(target)) cpSync(join(assembly, asset), target, { recursive: true });
  return target;
}

function layerOf(cloud: Assembly, { stack, Properties }: Found): Found {
  const [{ Ref }] = Properties.Layers;
  return cloud
    .ofType('AWS::Lambda::LayerVersion')
    .find((layer) => layer.stack === stack && layer.id === Ref) as Found;
}

function statementsOf(cloud: Assembly, { stack, Properties }: Found): PolicyStatement[] {
  const [role] = Properties.Role['Fn::GetAtt'];
  return cloud
    .ofType('AWS::IAM::Policy')
    .filter(
      (policy) => policy.stack === stack && policy.Properties.Roles.some(({ Ref }: Answer) => Ref === role),
    )
    .flatMap(
      (policy) => cloud.resolve(stack, policy.Properties.PolicyDocument.Statement) as PolicyStatement[],
    );
}

function storeUrl(cloud: Assembly): string {
  const step = cloud.ofType('AWS::Lambda::Function').find(isStep) as Found;
  return String(cloud.resolve(step.stack, step.Properties.Environment.Variables.BACKBONE_STORE));
}

/** What Lambda itself gives a function. */
function machineOf({ connection }: TestServer, proxy: string): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: proxy,
    AWS_ENDPOINT_URL_SQS: proxy,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: proxy,
  };
}

/** Queues of dead letters with the standard queues that they belong to. */
function deadLetters(cloud: Assembly): [Found, Found][] {
  const queues = cloud.ofType('AWS::SQS::Queue');
  return queues
    .filter(({ Properties }) => Properties.RedrivePolicy && !Properties.FifoQueue)
    .map((queue) => {
      const [id] = queue.Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
      return [queues.find((other) => other.stack === queue.stack && other.id === id) as Found, queue];
    });
}

/** What S3 or the API sent. */
function isEvent(body: string): boolean {
  const message = JSON.parse(body);
  return 'detail' in message || 'events' in message;
}

interface EventSource {
  readonly queue: string;
  readonly queueArn: string;
  readonly step: string;
  readonly batch: number;
}

function eventSources(cloud: Assembly): EventSource[] {
  const steps = cloud.ofType('AWS::Lambda::Function');
  return cloud.ofType('AWS::Lambda::EventSourceMapping').map(({ stack, Properties }) => {
    const queueArn = String(cloud.resolve(stack, Properties.EventSourceArn));
    const step = steps.find(({ id }) => id === Properties.FunctionName.Ref) as Found;
    const queue = queueArn.slice(queueArn.lastIndexOf(':') + 1);
    return { queue, queueArn, step: nameOf(step), batch: Properties.BatchSize };
  });
}

/** Of one request; Lambda's poller gathers more of them for a larger batch. */
const MOST_RECEIVED = 10;

/** Delivers what a queue has, each message once; what fails stays. */
async function deliver(
  queues: Queues,
  { queue, queueArn, step, batch }: EventSource,
  functions: ReadonlyMap<string, DeployedFunction>,
): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const most = Math.min(batch, MOST_RECEIVED);
    const messages = (await queues.receive(queue, most)).filter(({ id }) => !seen.has(id));
    if (messages.length === 0) return seen.size;
    for (const { id } of messages) seen.add(id);
    const failed = await failedOf(functions.get(step)!.process, queueEvent(queueArn, messages));
    const done = messages.filter(({ id }) => failed !== 'all' && !failed.has(id));
    await queues.done(
      queue,
      done.map(({ handle }) => handle),
    );
  }
}

async function failedOf(process: FunctionProcess, event: unknown): Promise<Set<string> | 'all'> {
  try {
    const { batchItemFailures } = (await process.invoke(event)) as Answer;
    return new Set(batchItemFailures.map(({ itemIdentifier }: Answer) => itemIdentifier));
  } catch {
    // A call that fails brings all its messages again.
    return 'all';
  }
}
