import type { Handlers } from './perform.ts';

export const jobPrimitives: Handlers<'job.start' | 'job.status' | 'job.confirm' | 'job.forget'> = {
  'job.start': (pc, args) => {
    pc.jobs.start(args);
    return {};
  },
  'job.status': (pc, { id }) => pc.jobs.status(id),
  'job.confirm': (pc, { id }) => {
    pc.jobs.confirm(id);
    return {};
  },
  'job.forget': (pc, { id }) => {
    pc.jobs.forget(id);
    return {};
  },
};
