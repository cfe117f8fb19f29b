import { readConfig } from '../../config.ts';
import type { Check } from '../../doctor.ts';
import type { Command } from '../command.ts';
import { NotMade } from '../exit-codes.ts';

export const command: Command = {
  name: 'doctor',
  summary: 'check whether this machine can run Kinora, and say what to do where it cannot',
  usage: '',
  options: {},
  examples: ['kinora doctor', 'kinora doctor --json'],
  async run({ env, output }) {
    const { diagnose } = await import('../../doctor.ts');
    const checks = await diagnose(readConfig(env), (check) => output.data(check));
    const { style } = output;
    const marks = { ok: style.good('✓'), warn: style.careful('!'), fail: style.bad('✗') };
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, status, detail, remedy } of checks) {
      output.line(`${marks[status]} ${style.strong(name.padEnd(width))}  ${detail}`);
      if (remedy !== undefined) output.line(`  ${' '.repeat(width)}  ${style.faint('→')} ${remedy}`);
    }
    const failed = count(checks, 'fail');
    const warned = count(checks, 'warn');
    if (failed > 0) throw new NotMade(`${failed} of ${checks.length} checks failed.`);
    output.line();
    output.line(
      warned === 0
        ? style.good('Kinora can run here.')
        : `Kinora can run here; ${warned} thing${warned === 1 ? '' : 's'} could be better.`,
    );
  },
};

const count = (checks: readonly Check[], status: Check['status']) =>
  checks.filter((check) => check.status === status).length;
