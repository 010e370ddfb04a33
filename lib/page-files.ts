import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as Code, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { filesCode } from './bundled-code.ts';
import type { AppSettings } from './settings.ts';

export interface PageFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface PageFilesProps {
  readonly bucket: Bucket;
  /** By path: `/index.html`. */
  readonly files: ReadonlyMap<string, PageFile>;
  readonly settings: AppSettings;
}

const WRITER = join(import.meta.dirname, 'page-writer.cjs');

/**
 * Writes the page's files into its bucket with each deployment that changes them. CDK's own way takes a function with
 * the AWS CLI in it and rights on whole buckets; these are forty lines with the right to put objects.
 */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, { bucket, files, settings }: PageFilesProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.BACKBONE_LOG_RETENTION_DAYS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const writer = new Code(this, 'Writer', {
      description: "Writes the dashboard's files when it is deployed",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'page-writer.handler',
      code: filesCode(contents(files), 'dashboard'),
      memorySize: 256,
      timeout: Duration.minutes(2),
      role: this.role(bucket, logGroup),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    new CustomResource(this, 'Written', {
      serviceToken: writer.functionArn,
      resourceType: 'Custom::PageFiles',
      serviceTimeout: Duration.minutes(5),
      properties: { bucket: bucket.bucketName, content: hashOf(files) },
    });
  }

  private role(bucket: Bucket, logGroup: LogGroup): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [`${bucket.bucketArn}/*`] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    return role;
  }
}

/** The writer, the files, and their list with types. */
function contents(files: PageFilesProps['files']): Map<string, Uint8Array> {
  const list = [...files].map(([path, { contentType }]) => ({ path: path.slice(1), contentType }));
  return new Map([
    ['page-writer.js', readFileSync(WRITER)],
    ['files.json', Buffer.from(JSON.stringify(list))],
    ...[...files].map(([path, { bytes }]) => [`page${path}`, bytes] as const),
  ]);
}

/** Changes whenever the page does: CloudFormation calls the writer only then. */
function hashOf(files: PageFilesProps['files']): string {
  const hash = createHash('sha256');
  for (const [path, { bytes, contentType }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${contentType}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex').slice(0, 32);
}
