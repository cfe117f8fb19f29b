import { describeChange } from '../../batch/explain-change.ts';
import type { WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import { dollars } from '../../batch/plan/price-rows.ts';
import type { Output } from '../output.ts';
import { fitTo, oneLine, widthOf, wrapTo } from '../text-width.ts';

/** Shows a plan to a person, and all of it to a program. */
export function printPlan(output: Output, plan: WorkflowPlan): void {
  output.data(planJson(plan));
  const { style } = output;
  const { counts, orphaned } = plan;
  const lines = rowLines(plan, output);
  if (lines.length > 0) output.line();
  for (const line of lines) output.line(line);
  output.line();
  output.line(`${style.strong('Plan:')} ${sentence(plan)}`);
  if (plan.toMake === 0 && counts.open === 0 && counts.invalid === 0 && orphaned.count === 0)
    output.line(style.good(`Nothing to make: ${plan.source} is as its videos show it.`));
  output.line();
  for (const [name, value] of facts(plan, output)) output.line(`  ${style.faint(name.padEnd(11))}${value}`);
  for (const { note, rows, first } of plan.counts.notes.slice(0, mostNotes))
    output.line(
      `  ${style.careful('note')}       ${hanging(`${oneLine(note)} ${rows === 1 ? `(${oneLine(first)})` : `(${number(rows)} rows, ${oneLine(first)} first)`}`, output)}`,
    );
}

/** Shows the plan of the real run, and what a rehearsal makes in its place. */
export function showRehearsal(output: Output, plan: WorkflowPlan): void {
  const { engine, price, toMake } = plan;
  printPlan(output, plan);
  output.data({ rehearsal: { rows: toMake, engine: 'local', stands_in_for: engine.name, credits: 0 } });
  output.line();
  const strong = output.style.strong('Rehearsal:');
  if (toMake === 0) {
    output.line(`${strong} nothing to rehearse, since a run would make nothing.`);
    return;
  }
  output.line(
    `${strong} ${number(toMake)} ${toMake === 1 ? 'draft' : 'drafts'} by the embedded engine, 0 credits.`,
  );
  const cost = price.credits === 0 ? 'cost nothing' : `cost ${number(price.credits)} credits`;
  output.line(`The run itself, by ${engine.name}, would ${cost}.`);
  output.line();
}

const mostNotes = 6;

const number = (value: number) => value.toLocaleString('en');

/** `4 to make: 3 new, 1 changed. 2 unchanged.` */
function sentence({ counts, toMake, orphaned }: WorkflowPlan): string {
  const failed = counts.failed - counts.leftAlone;
  const made = [
    [counts.new, 'new'],
    [counts.changed, 'changed'],
    [failed, 'failed before'],
  ] as const;
  const rest = [
    [counts.unchanged, 'unchanged'],
    [counts.open, 'being made already'],
    [counts.leftAlone, 'left alone'],
    [counts.invalid, 'invalid'],
    [orphaned.count, 'orphaned'],
  ] as const;
  const words = (list: readonly (readonly [number, string])[]) =>
    list
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${number(count)} ${word}`)
      .join(', ');
  const of = words(made);
  const left = words(rest);
  return `${number(toMake)} to make${of === '' ? '' : ` (${of})`}${left === '' ? '' : `, ${left}`}.`;
}

interface Line {
  sign: string;
  name: string;
  title: string;
  why: string;
}

function rowLines({ counts, orphaned }: WorkflowPlan, { style, width }: Output): string[] {
  const { listed } = counts;
  const same = (key: string, title: string) => (title === key ? '' : title);
  const groups: { all: number; lines: Line[] }[] = [
    {
      all: counts.new,
      lines: listed.new.map(({ key, title }) => ({
        sign: style.good('+'),
        name: key,
        title: same(key, title),
        why: '',
      })),
    },
    {
      all: counts.changed,
      lines: listed.changed.map(({ key, title, changes }) => ({
        sign: style.careful('~'),
        name: key,
        title: same(key, title),
        why:
          changes.length === 0
            ? 'what it was made from is not known'
            : changes.map(describeChange).join('; '),
      })),
    },
    {
      all: counts.failed,
      lines: listed.failed.map(({ key, title, reason, leftAlone }) => ({
        sign: style.bad('!'),
        name: key,
        title: same(key, title),
        why: leftAlone ? `left alone: ${reason}` : `failed before: ${reason}`,
      })),
    },
    {
      all: counts.open,
      lines: listed.open.map(({ key, title }) => ({
        sign: style.faint('…'),
        name: key,
        title: same(key, title),
        why: 'being made already',
      })),
    },
    {
      all: counts.invalid,
      lines: listed.invalid.map(({ key, place, error }) => ({
        sign: style.bad('×'),
        name: key ?? place,
        title: key === null ? '' : place,
        why: error,
      })),
    },
    {
      all: orphaned.count,
      lines: orphaned.listed.map((key) => ({
        sign: style.faint('-'),
        name: key,
        title: '',
        why: 'not in the source any more; its video stays',
      })),
    },
  ];
  const shown = groups.flatMap(({ lines }) => lines.slice(0, mostShown));
  const widest = (of: (line: Line) => string, most: number) =>
    Math.min(most, Math.max(0, ...shown.map((line) => widthOf(oneLine(of(line))))));
  const [name, title] = [widest((line) => line.name, 28), widest((line) => line.title, 28)];
  return groups.flatMap(({ all, lines }) => [
    ...lines.slice(0, mostShown).flatMap((line) => {
      const [label, about, why] = [oneLine(line.name), oneLine(line.title), oneLine(line.why)];
      const fits = width === undefined || 8 + name + title + widthOf(why) <= width;
      if (fits && why !== '')
        return [`  ${line.sign} ${fitTo(label, name)}  ${style.faint(fitTo(about, title))}  ${why}`];
      const head = `  ${line.sign} ${fitTo(label, name)}  ${style.faint(widthOf(about) > title ? fitTo(about, title) : about)}`;
      return why === ''
        ? [head.trimEnd()]
        : [head.trimEnd(), ...wrapTo(why, (width ?? 80) - 6).map((part) => `      ${part}`)];
    }),
    ...(all > mostShown ? [style.faint(`    … and ${number(all - mostShown)} more`)] : []),
  ]);
}

const mostShown = 20;

function facts(plan: WorkflowPlan, output: Output): [string, string][] {
  const { style } = output;
  const careful = (text: string) => hanging(text, output, style.careful);
  const { engine, price, toMake, video, stop, references } = plan;
  const model = engine.model === null || engine.model === engine.name ? '' : style.faint(`  ${engine.model}`);
  const free = price.each.credits === 0;
  const list: [string, string][] = [
    [
      'engine',
      engine.isSetUp
        ? `${engine.name}${model}`
        : `${engine.name}  ${style.careful('is not set up here yet')}`,
    ],
    ['videos', `${number(toMake)} × ${video.durationSeconds} s, ${video.aspectRatio}`],
  ];
  if (free) list.push(['price', toMake === 0 ? '0 credits' : `0 credits: ${engine.name} is free`]);
  else {
    list.push([
      'credits',
      `${style.strong(number(price.credits))}${style.faint(`  ${number(price.each.credits)} each`)}`,
    ]);
    if (toMake > 0) list.push(['list price', dollars(price.listUsdCents)]);
    if (toMake > 0 && price.pack !== undefined) {
      const { name, valueUsdCents, packs, payUsdCents } = price.pack;
      list.push([
        'pack value',
        `${dollars(valueUsdCents)} at ${name}${style.faint(`  ${number(packs)} ${packs === 1 ? 'pack' : 'packs'}, ${dollars(payUsdCents)}`)}`,
      ]);
    }
    list.push(['balance', balance(plan)]);
  }
  if (toMake > 0) list.push(['ready in', `about ${duration(plan.etaSeconds)}`]);
  if (stop !== undefined)
    list.push([
      'stops',
      careful(
        `${stop.afterRow === 0 ? 'before the first row' : `after row ${number(stop.afterRow)}`}: ${stop.reason}${stop.resetsAt === null ? '' : `; begins again ${stop.resetsAt.slice(0, 10)}`}`,
      ),
    ]);
  if (references !== undefined) list.push(['references', hanging(references, output)]);
  if (plan.drifts.length > 0)
    list.push([
      'drift',
      careful(
        `${oneLine(plan.drifts.slice(0, 3).join(', '))}${plan.drifts.length > 3 ? ` and ${number(plan.drifts.length - 3)} more` : ''}: what was accepted is used; --accept-drift takes what is there now`,
      ),
    ]);
  if (plan.differences.length > 0)
    list.push([
      'differs',
      careful(
        `${oneLine(plan.differences.slice(0, 3).join(', '))}${plan.differences.length > 3 ? ` and ${number(plan.differences.length - 3)} more` : ''}: used as it is now, and not as kinora.lock has it; kinora bundles accept takes it over`,
      ),
    ]);
  return list;
}

/** Beside a name of 13 columns; further lines begin below the first. */
function hanging(text: string, { width }: Output, style = (line: string) => line): string {
  return wrapTo(text, width === undefined ? undefined : width - 13)
    .map(style)
    .join(`\n${' '.repeat(13)}`);
}

function balance({ price: { availableCredits, credits, pack } }: WorkflowPlan): string {
  const text = `${number(availableCredits)} credits`;
  if (availableCredits >= credits || pack === undefined) return text;
  return `${text}, ${number(credits - availableCredits)} missing: buy ${number(pack.packsToBuy)} ${pack.packsToBuy === 1 ? 'pack' : 'packs'}`;
}

/** `2 h 5 min`, `40 s`: rounded to what a person plans by. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** A plan under names that stay: docs/catalogues.md explains them. */
function planJson(plan: WorkflowPlan): object {
  const { counts, price, engine, stop } = plan;
  const { listed, notes } = counts;
  return {
    plan: {
      workflow: plan.workflow,
      source: plan.source,
      rows: counts.rows,
      new: counts.new,
      changed: counts.changed,
      unchanged: counts.unchanged,
      open: counts.open,
      failed: counts.failed,
      left_alone: counts.leftAlone,
      invalid: counts.invalid,
      orphaned: plan.orphaned.count,
      to_make: plan.toMake,
      credits: price.credits,
      credits_each: price.each.credits,
      list_usd_cents: price.listUsdCents,
      pack:
        price.pack === undefined
          ? null
          : {
              name: price.pack.name,
              value_usd_cents: price.pack.valueUsdCents,
              packs: price.pack.packs,
              pay_usd_cents: price.pack.payUsdCents,
              packs_to_buy: price.pack.packsToBuy,
            },
      available_credits: price.availableCredits,
      eta_seconds: plan.etaSeconds,
      stops:
        stop === undefined
          ? null
          : { after_row: stop.afterRow, by: stop.by, reason: stop.reason, resets_at: stop.resetsAt },
      engine: { name: engine.name, model: engine.model, set_up: engine.isSetUp },
      references: plan.references ?? null,
      drifts: plan.drifts,
      differences: plan.differences,
      listed: {
        ...listed,
        changed: listed.changed.map((row) => ({ ...row, why: row.changes.map(describeChange) })),
        failed: listed.failed.map(({ leftAlone, ...row }) => ({ ...row, left_alone: leftAlone })),
        orphaned: plan.orphaned.listed,
      },
      notes,
    },
  };
}
