import {
  CostExplorerClient,
  type CostExplorerClientConfig,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  type GetCostAndUsageCommandOutput,
} from '@aws-sdk/client-cost-explorer';

export type CostQuestion = GetCostAndUsageCommandInput;
export type CostPage = GetCostAndUsageCommandOutput;

/** Asks for one page: one call, one cent. */
export type AskCostExplorer = (question: CostQuestion) => Promise<CostPage>;

/** Where Cost Explorer is, and who asks. */
export interface CostExplorerConnection {
  /** @default AWS, or what AWS_ENDPOINT_URL_COST_EXPLORER names */
  readonly endpoint?: string;
  /** @default those of the process */
  readonly credentials?: CostExplorerClientConfig['credentials'];
}

const CONNECTION_MS = 5_000;
// A year of a large account takes AWS half a minute.
const ANSWER_MS = 60_000;

/** Cost Explorer as the SDK speaks it. Nothing is repeated here: every call is counted. */
export function costExplorer(connection: CostExplorerConnection = {}): AskCostExplorer {
  const client = new CostExplorerClient({
    // The service has one address per partition, whatever region the caller is in.
    region: 'us-east-1',
    ...connection,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: ANSWER_MS },
  });
  // It goes through every answer for a log that nobody keeps, and takes as long as reading it.
  client.middlewareStack.remove('loggerMiddleware');
  return (question) => client.send(new GetCostAndUsageCommand(question));
}
