import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AdminApiStack } from './admin-api-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { Step } from './step.ts';
import type { StepQueue } from './step-queue.ts';

/** What alarms and graphs look at. */
export interface WatchedSystem {
  readonly steps: readonly Step[];
  readonly queues: readonly StepQueue[];
  readonly scheduleDeadLetters: IQueue;
  /** Log objects that are delivered. */
  readonly arrivals: IRule;
  /** The queue that announces log objects, whoever found them. */
  readonly announced: IQueue;
  readonly api: HttpApi;
}

export function watchedSystem(pipeline: PipelineStack, admin: AdminApiStack): WatchedSystem {
  return {
    steps: [...pipeline.steps, admin.step],
    queues: Object.values(pipeline.queues),
    scheduleDeadLetters: pipeline.scheduleDeadLetters,
    arrivals: pipeline.arrivals,
    announced: pipeline.queues.ingest.queue,
    api: admin.http.api,
  };
}
