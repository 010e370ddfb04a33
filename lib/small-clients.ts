// Clients of which one question is asked. Together they are as large as one of them: nearly all of each is the SDK.
export { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
