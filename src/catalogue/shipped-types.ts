import type { Level, NotificationType } from '../config/options.js';

/** The types that the four contracts name, with the defaults that their documents give. */
export const SHIPPED_TYPES: readonly NotificationType[] = [
  // account: its table of preferences and its table of webhook events.
  type('weekly_report', 'Weekly report (every Monday)', 'info', { webhookEvent: null }),
  type('job_completed', 'When a job completes', 'success', {
    channels: { toast: true },
    webhookEvent: 'job.completed',
  }),
  type('job_failed', 'When a job fails', 'error', { channels: { toast: true }, webhookEvent: 'job.failed' }),
  type('rule_executed', 'When a rule executes', 'info', {
    channels: { in_app: false },
    webhookEvent: 'rule.executed',
  }),
  type('quota_warning', 'Storage alert', 'warning', { webhookEvent: 'quota.warning' }),
  type('integrity_alert', 'Integrity issue', 'error', { webhookEvent: 'integrity.failed' }),

  // inbox: what its document names (issue digests, new feedback alerts, manual job completions) and its clients send.
  type('issue.digest', 'Digest of new and regressed issues', 'warning', { webhookEvent: 'issue.digest' }),
  type('issue.new', 'A new issue', 'warning', { webhookEvent: 'issue.new' }),
  type('feedback.new', 'New feedback', 'info', { webhookEvent: 'feedback.new' }),
  type('questionnaire.response_new', 'A new response to a questionnaire', 'info', {
    webhookEvent: 'questionnaire.response_new',
  }),
  type('team.invitation', 'An invitation to a team', 'info', { webhookEvent: 'team.invitation' }),
  type('app.rating_changed', 'The rating of an app has changed', 'info', {
    webhookEvent: 'app.rating_changed',
  }),
  type('app.review_new', 'A new review of an app', 'info', { webhookEvent: 'app.review_new' }),
  type('job.completed', 'A job started by hand has completed', 'success', {
    channels: { toast: true },
    webhookEvent: 'job.completed',
  }),

  // sites: the steps of a content workflow.
  type('content_submitted', 'Content was submitted for review', 'info', {
    webhookEvent: 'content.submitted',
  }),
  type('content_approved', 'Content was approved', 'success', { webhookEvent: 'content.approved' }),
  type('content_changes_requested', 'Changes to content were requested', 'warning', {
    webhookEvent: 'content.changes_requested',
  }),
  // Its clients' own name for the same.
  type('changes_requested', 'Changes were requested', 'warning', {
    webhookEvent: 'content.changes_requested',
  }),
];

function type(
  key: string,
  description: string,
  level: Level,
  rest: Pick<NotificationType, 'channels' | 'webhookEvent'>,
): NotificationType {
  return {
    key,
    description,
    level,
    channels: rest.channels ?? {},
    webhookEvent: rest.webhookEvent,
    mutable: true,
  };
}
