import { FormatError } from './formatError';

/** That a chat cannot be written by a template: what the template says itself, or why it was stopped. It stands apart from the reader of templates, which few need. */
export class ChatError extends FormatError {
  override name = 'ChatError';
}
