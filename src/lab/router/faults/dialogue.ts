/** Questions that come otherwise than in any manual. */
export const DIALOGUE_FAULTS = {
  /** The enroll dialogue asks one question that no release is known to ask. */
  'unknown-question': 'asks one question more in crypto pki enroll',
  /** Every yes/no question is asked a second time after a good answer; the second answer counts. */
  'asks-twice': 'asks every yes/no question twice',
  /** The first answer to every yes/no question is not understood, whatever it is. */
  're-asks': "answers every first answer with % Please answer 'yes' or 'no'.",
} as const;
