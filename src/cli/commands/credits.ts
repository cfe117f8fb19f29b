import { program } from '../again.ts';
import { type Command, serverOptions } from '../command.ts';
import { buy, showPacks } from '../credits/buy.ts';
import { forecast } from '../credits/forecast.ts';
import { adjust, check, grant, refund } from '../credits/move.ts';
import { show } from '../credits/show.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';

export const command: Command = {
  name: 'credits',
  summary:
    'show your credits, how long they last, and buy more; as the operator, move them and check the books',
  usage:
    '[show | forecast | packs | buy <pack> | grant <account id> <credits> | adjust <account id> <credits> | refund <generation id> <credits> | check]',
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'what the ledger says; adjust and refund need one' },
    test: { type: 'boolean', help: 'with grant or adjust: test credits' },
    priority: { type: 'string', value: 'N', help: 'with grant: lower is taken earlier; 0 by default' },
    expires: { type: 'string', value: 'DATE', help: 'with grant: when what is left of it is gone' },
    take: { type: 'boolean', help: 'with adjust: take them away instead of giving them' },
    late: { type: 'boolean', help: 'with refund: what the adopted late output cost' },
    once: {
      type: 'string',
      value: 'NAME',
      help: 'move them once, however often the command runs with this name',
    },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora credits',
    'kinora credits forecast',
    'kinora credits buy Max',
    'kinora credits grant acc_… 12000 --reason "pack Max"',
    'kinora credits grant acc_… 500 --reason "spring gift" --expires 2027-06-01',
    'kinora credits adjust acc_… 75 --take --reason "granted twice"',
    'kinora credits refund gen_… 303 --reason "the logo was wrong"',
    'kinora credits check',
  ],
  async run(invocation) {
    const [verb = 'show', whose, amount, ...rest] = invocation.positionals;
    const most = ['show', 'forecast', 'packs', 'check'].includes(verb) ? 0 : 2;
    const extra = [whose, amount, ...rest].slice(most).find((word) => word !== undefined);
    if (!['show', 'forecast', 'packs', 'buy', 'check', 'grant', 'adjust', 'refund'].includes(verb))
      throw new UsageError(
        `credits cannot "${verb}".`,
        'It can show, forecast, packs, buy, grant, adjust, refund and check.',
      );
    if (extra !== undefined) throw new UsageError(`"${extra}" is too much.`);
    if (verb === 'show') return show(invocation);
    if (verb === 'forecast') return forecast(invocation);
    if (verb === 'check') return check(invocation);
    if (verb === 'packs') return showPacks(invocation);
    if (verb === 'buy') {
      if (whose === undefined) throw new UsageError('Which pack?', `${program} credits packs lists them.`);
      return buy(invocation, [whose, amount].filter((word) => word !== undefined).join(' '));
    }
    if (whose === undefined || amount === undefined || !/^\d{1,10}$/.test(amount))
      throw new UsageError(
        verb === 'refund' ? 'Which generation, and how many credits?' : 'Who gets how many?',
        verb === 'refund'
          ? 'kinora credits refund gen_… 303 --reason "…"'
          : `kinora credits ${verb} acc_… 12000; kinora accounts lists the ids.`,
      );
    const credits = Number(amount);
    if (verb === 'grant') return grant(invocation, whose, credits);
    if (verb === 'refund') return refund(invocation, whose, credits);
    return adjust(invocation, whose, invocation.options.flag('take') ? -credits : credits);
  },
};
