import type {
  Directions,
  Light,
  LightSide,
  Move,
  Pace,
  SetStyle,
  SubjectAction,
  Surface,
  TagDirection,
  TransitionKind,
  Warmth,
} from './meaning.ts';
import type { PhraseRow } from './phrases.ts';

/** What a phrase asks for: one thing outright, or (`hints`) what is chosen unless the prompt says otherwise. */
export type Meaning =
  | { topic: 'move'; move: Move }
  /** Of the nearest move in its clause; without one, of the film. */
  | { topic: 'pace'; pace: Pace }
  | { topic: 'film pace'; pace: Pace }
  | { topic: 'action'; action: SubjectAction }
  | { topic: 'light'; light: Light; hints?: Hints }
  | { topic: 'light from'; side: LightSide }
  | { topic: 'warmth'; warmth: Warmth }
  | { topic: 'surface'; surface: Surface }
  | { topic: 'set'; set: SetStyle; hints?: Hints }
  | { topic: 'plinth' | 'dof' | 'sweep' | 'glass'; value: boolean }
  | { topic: 'transition'; transition: TransitionKind }
  | { topic: 'mood'; hints: Hints }
  | { topic: 'tag'; as: TagDirection['as'] }
  /** Known, and not in this renderer's power. */
  | { topic: 'beyond' }
  /** Its own negation: nothing is added that was not given. */
  | { topic: 'absent' };

export interface Hints
  extends Partial<Pick<Directions, 'pace' | 'action' | 'light' | 'warmth' | 'surface' | 'set' | 'dof'>> {
  move?: Move;
}

export type Phrase = PhraseRow<Meaning>;
