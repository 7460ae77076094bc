import type { Level, NotificationType } from '../config/options.js';

/** The types that the four contracts name, with the defaults that their documents give. */
export const SHIPPED_TYPES: readonly NotificationType[] = [
  // account: its table of preferences and its table of webhook events.
  type('weekly_report', 'Weekly report (every Monday)', 'info', null),
  type('job_completed', 'When a job completes', 'success', 'job.completed', { toast: true }),
  type('job_failed', 'When a job fails', 'error', 'job.failed', { toast: true }),
  type('rule_executed', 'When a rule executes', 'info', 'rule.executed', { in_app: false }),
  type('quota_warning', 'Storage alert', 'warning', 'quota.warning'),
  type('integrity_alert', 'Integrity issue', 'error', 'integrity.failed'),

  // inbox: what its document names (issue digests, new feedback alerts, manual job completions) and its clients send.
  type('issue.digest', 'Digest of new and regressed issues', 'warning', 'issue.digest'),
  type('issue.new', 'A new issue', 'warning', 'issue.new'),
  type('feedback.new', 'New feedback', 'info', 'feedback.new'),
  type(
    'questionnaire.response_new',
    'A new response to a questionnaire',
    'info',
    'questionnaire.response_new',
  ),
  type('team.invitation', 'An invitation to a team', 'info', 'team.invitation'),
  type('app.rating_changed', 'The rating of an app has changed', 'info', 'app.rating_changed'),
  type('app.review_new', 'A new review of an app', 'info', 'app.review_new'),
  type('job.completed', 'A job started by hand has completed', 'success', 'job.completed', { toast: true }),

  // sites: the steps of a content workflow.
  type('content_submitted', 'Content was submitted for review', 'info', 'content.submitted'),
  type('content_approved', 'Content was approved', 'success', 'content.approved'),
  type(
    'content_changes_requested',
    'Changes to content were requested',
    'warning',
    'content.changes_requested',
  ),
  // Its clients' own name for the same.
  type('changes_requested', 'Changes were requested', 'warning', 'content.changes_requested'),
];

function type(
  key: string,
  description: string,
  level: Level,
  webhookEvent: string | null,
  channels: NotificationType['channels'] = {},
): NotificationType {
  return { key, description, level, channels, webhookEvent, mutable: true };
}
