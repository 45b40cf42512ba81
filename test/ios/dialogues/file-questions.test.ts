import { describe, expect, it } from 'vitest';
import { FILE_QUESTIONS, fileExchanges } from '../../../src/ios/dialogues/file-questions.ts';

const TRANSFER = { host: '2001:db8::9', files: ['br-1.T.ca'] };

/** What is done about a question of the router's. */
function reactionTo(question: string) {
  for (const exchange of fileExchanges(TRANSFER, 'read')) {
    const match = FILE_QUESTIONS[exchange.name as keyof typeof FILE_QUESTIONS].exec(question);
    if (match !== null) return exchange.react({ match, all: question, sinceLastAnswer: question });
  }
  return undefined;
}

describe('what a router proposes to read', () => {
  it.each([
    'Address or name of remote host [2001:db8::9]? ',
    'Address or name of remote host [2001:DB8::9]? ',
    'Address or name of remote host [[2001:DB8:0:0::9]]? ',
    'Source filename [br-1.T.ca]? ',
    'Source filename [/br-1.T.ca]? ',
  ])('is taken where it is what was planned: %s', (question) => {
    expect(reactionTo(question)).toEqual({ type: '' });
  });

  it.each([
    'Address or name of remote host [2001:db8::8]? ',
    'Address or name of remote host []? ',
    'Source filename [BR-1.T.ca]? ',
    'Source filename [startup-config]? ',
  ])('stops the device where it is something else: %s', (question) => {
    expect(reactionTo(question)).toMatchObject({ abort: { code: 'unexpected-question' } });
  });
});
