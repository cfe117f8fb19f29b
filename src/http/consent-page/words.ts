import type { FormFault } from '../../actions/give-consent.ts';

export type PageLanguage = 'en' | 'de';

/** What is wrong with a form: of a person's own making, or that it did not arrive. */
export type PageFault = FormFault | 'broken' | 'unavailable';

interface Words {
  title: string;
  lead(requester: string): string;
  agreement: string;
  purposes: string;
  photos(least: number, most: number): string;
  photosHint: string;
  choose: string;
  add: string;
  remove: string;
  chosen(count: number): string;
  agree: string;
  adult: string;
  rights(requester: string): string;
  send: string;
  sending: string;
  problem: string;
  faults: Record<PageFault, (least: number, most: number) => string>;
  doneTitle: string;
  done(requester: string): string;
  back(requester: string): string;
  withdrawTitle: string;
  withdrawText: string;
  withdraw: string;
  withdrawnTitle: string;
  withdrawn: string;
  endedTitle: string;
  ended(requester: string): string;
  unknownTitle: string;
  unknown: string;
  footer: string;
}

/** How many photos, as a phrase. */
const span = (least: number, most: number, or: string) =>
  least === most ? String(least) : `${least} ${or} ${most}`;

export const pageWords: Record<PageLanguage, Words> = {
  en: {
    title: 'Your photos, your consent',
    lead: (requester) => `${requester} asks for your photos, and for your consent to use them.`,
    agreement: 'What you agree to',
    purposes: 'It is for',
    photos: (least, most) => (most === 1 ? 'Your photo' : `Your photos: ${span(least, most, 'to')}`),
    photosHint: 'Clear pictures of you, and of nobody else. JPEG, PNG or WebP, at most 30 MB each.',
    choose: 'Choose photos',
    add: 'Add more photos',
    remove: 'Remove',
    chosen: (count) => (count === 1 ? '1 photo chosen' : `${count} photos chosen`),
    agree: 'I have read the text above, and I agree.',
    adult: 'I am 18 or older, and these photos show me.',
    rights: (requester) =>
      `You can take this back at any time, on this page or by telling ${requester}. Your photos and everything made from them are deleted then.`,
    send: 'Agree and send',
    sending: 'Sending your photos…',
    problem: 'Something is missing',
    faults: {
      not_agreed: () => 'Tick that you agree, or close this page: then nothing is sent.',
      not_adult: () => 'Tick that you are 18 or older and that the photos show you.',
      too_few: (least, most) =>
        most === 1 ? 'Choose your photo.' : `Choose ${span(least, most, 'to')} photos.`,
      too_many: (_, most) => `Choose at most ${most}.`,
      unreadable: () =>
        'One of the files cannot be opened as a picture. Choose it again as JPEG, PNG or WebP.',
      too_large: () => 'One of the files is larger than 30 MB. Choose a smaller one.',
      broken: () => 'Your photos did not arrive. Check your connection, and send them again.',
      unavailable: () =>
        'This page cannot take your photos just now. Try again in a minute; nothing was kept.',
    },
    doneTitle: 'Thank you',
    done: (requester) => `Your consent and your photos have reached ${requester}. You can close this page.`,
    back: (requester) => `Back to ${requester}`,
    withdrawTitle: 'Take my consent back',
    withdrawText: 'Your photos and every video made from them are deleted. This cannot be undone.',
    withdraw: 'Take it back and delete everything',
    withdrawnTitle: 'Taken back',
    withdrawn:
      'Your consent has ended. Your photos and what was made from them are shown to nobody any more, and are being deleted.',
    endedTitle: 'This page has ended',
    ended: (requester) => `Ask ${requester} for a new link. Nothing was kept.`,
    unknownTitle: 'There is no such page',
    unknown: 'The link is incomplete, or has been withdrawn. Ask whoever sent it for a new one.',
    footer: 'The address of this page is for you alone: do not pass it on.',
  },
  de: {
    title: 'Ihre Fotos, Ihre Einwilligung',
    lead: (requester) => `${requester} bittet um Ihre Fotos und um die Erlaubnis, sie zu verwenden.`,
    agreement: 'Worin Sie einwilligen',
    purposes: 'Wofür',
    photos: (least, most) => (most === 1 ? 'Ihr Foto' : `Ihre Fotos: ${span(least, most, 'bis')}`),
    photosHint:
      'Deutliche Bilder von Ihnen und von niemandem sonst. JPEG, PNG oder WebP, je höchstens 30 MB.',
    choose: 'Fotos auswählen',
    add: 'Weitere Fotos',
    remove: 'Entfernen',
    chosen: (count) => (count === 1 ? '1 Foto ausgewählt' : `${count} Fotos ausgewählt`),
    agree: 'Ich habe den Text gelesen und willige ein.',
    adult: 'Ich bin mindestens 18 Jahre alt, und die Fotos zeigen mich.',
    rights: (requester) =>
      `Sie können das jederzeit zurücknehmen, auf dieser Seite oder bei ${requester}. Ihre Fotos und alles, was daraus gemacht wurde, werden dann gelöscht.`,
    send: 'Einwilligen und senden',
    sending: 'Ihre Fotos werden gesendet …',
    problem: 'Etwas fehlt noch',
    faults: {
      not_agreed: () =>
        'Kreuzen Sie an, dass Sie einwilligen, oder schließen Sie die Seite: dann wird nichts gesendet.',
      not_adult: () => 'Kreuzen Sie an, dass Sie mindestens 18 sind und die Fotos Sie zeigen.',
      too_few: (least, most) =>
        most === 1 ? 'Wählen Sie Ihr Foto aus.' : `Wählen Sie ${span(least, most, 'bis')} Fotos aus.`,
      too_many: (_, most) => `Wählen Sie höchstens ${most} aus.`,
      unreadable: () =>
        'Eine der Dateien lässt sich nicht als Bild öffnen. Wählen Sie sie als JPEG, PNG oder WebP.',
      too_large: () => 'Eine der Dateien ist größer als 30 MB. Wählen Sie eine kleinere.',
      broken: () =>
        'Ihre Fotos sind nicht angekommen. Prüfen Sie die Verbindung und senden Sie sie noch einmal.',
      unavailable: () =>
        'Die Seite kann Ihre Fotos gerade nicht annehmen. Versuchen Sie es in einer Minute wieder; nichts wurde behalten.',
    },
    doneTitle: 'Danke',
    done: (requester) =>
      `Ihre Einwilligung und Ihre Fotos sind bei ${requester} angekommen. Sie können die Seite schließen.`,
    back: (requester) => `Zurück zu ${requester}`,
    withdrawTitle: 'Einwilligung zurücknehmen',
    withdrawText:
      'Ihre Fotos und jedes Video daraus werden gelöscht. Das lässt sich nicht rückgängig machen.',
    withdraw: 'Zurücknehmen und alles löschen',
    withdrawnTitle: 'Zurückgenommen',
    withdrawn:
      'Ihre Einwilligung ist beendet. Ihre Fotos und was daraus gemacht wurde, sieht niemand mehr; sie werden gelöscht.',
    endedTitle: 'Diese Seite ist abgelaufen',
    ended: (requester) => `Bitten Sie ${requester} um einen neuen Link. Nichts wurde behalten.`,
    unknownTitle: 'Diese Seite gibt es nicht',
    unknown: 'Der Link ist unvollständig oder wurde zurückgezogen. Bitten Sie um einen neuen.',
    footer: 'Die Adresse dieser Seite ist nur für Sie: geben Sie sie nicht weiter.',
  },
};
