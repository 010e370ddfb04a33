import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, everyResource, plain, templates } from './synthesized.ts';

const all = templates(EVERYTHING);

function schedule(given: ReturnType<typeof templates>) {
  return everyResource(given, 'AWS::Scheduler::Schedule')[0]![1].Properties;
}

describe('the collection of costs', () => {
  test('is started once a day, and what can not be started waits in the dead letters of schedules', () => {
    const { ScheduleExpression, ScheduleExpressionTimezone, State, Target } = schedule(all);
    expect([ScheduleExpression, ScheduleExpressionTimezone, State]).toEqual([
      'cron(23 9 * * ? *)',
      'Etc/UTC',
      'ENABLED',
    ]);
    expect(plain(Target.Arn)).toBe('<CollectCostsFunction.Arn>');
    expect(plain(Target.RoleArn)).toBe('<CostScheduleRole.Arn>');
    expect(plain(Target.DeadLetterConfig.Arn)).toBe('<ScheduleDeadLetters.Arn>');
  });

  test('can be switched off', () => {
    expect(schedule(templates({ BACKBONE_COSTS: 'off' })).State).toBe('DISABLED');
  });

  test('has its alerts counted from the logs of both functions that collect', () => {
    const filters = everyResource(all, 'AWS::Logs::MetricFilter')
      .map(([, { Properties }]) => Properties)
      .filter(({ MetricTransformations: [metric] }) => metric.MetricName === 'cost-alerts');
    expect(filters.map(({ LogGroupName }) => plain(LogGroupName)).sort()).toEqual([
      '<CollectCostsLog>',
      '<CorrectionsLog>',
    ]);
    for (const { FilterPattern } of filters) expect(FilterPattern).toBe('{ $.message = "cost alert" }');
  });
});
