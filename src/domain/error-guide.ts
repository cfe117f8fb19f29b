import type { ErrorCode } from './errors.ts';

/**
 * Whether the same request may be sent again: `yes` as it is and after a pause, `no` because it would fail the same
 * way, `sometimes` where the field `retryable` of the answer decides.
 */
export type Repeat = 'yes' | 'no' | 'sometimes';

/** What people are told about a code. Plain sentences; Markdown is allowed. */
export interface CodeGuide {
  /** A few words, without the code. */
  title: string;
  /** When it comes. */
  means: string;
  /** What to do, one step each. */
  remedies: readonly string[];
  repeat: Repeat;
}

/** A page for every code of an API error, see `docs/guides/errors.md`. Closed: a new code fails to compile until it has one. */
export const errorGuide: Record<ErrorCode, CodeGuide> = {
  invalid_request: {
    title: 'Something in the request is wrong',
    means:
      'A field is missing, unknown, of the wrong type or out of range, the body is not JSON, or several fields are at fault for different reasons. `errors` names every one of them at once, each with a JSON pointer such as `/reference_images/2`.',
    remedies: [
      'Read `errors`: each entry has the field (`pointer`) and what is wrong with it (`message`).',
      'Send `Content-Type: application/json` and a JSON object.',
      'A field that you did not expect to be "unknown here" is usually misspelt, or belongs to another endpoint.',
    ],
    repeat: 'no',
  },
  invalid_prompt: {
    title: 'The prompt cannot be used',
    means:
      'The prompt is empty, has more than 5,000 characters, or mentions a reference that was not sent, such as `@Image3` beside two images.',
    remedies: [
      'Say what the video shows, in at most 5,000 characters.',
      'Compare the `@Image1`, `@Video1`, `@Audio1` and aliases of the prompt with the references of the request. Counting begins at 1, for each kind by itself.',
    ],
    repeat: 'no',
  },
  invalid_duration: {
    title: 'The length is not a whole number from 4 to 15',
    means: 'A video lasts 4, 5, 6 … or 15 seconds. `duration` is required and has no default.',
    remedies: ['Send `duration` as a number, not as a text: `5`, not `"5"`.'],
    repeat: 'no',
  },
  invalid_aspect_ratio: {
    title: 'The aspect ratio is not one of the three',
    means: '`aspect_ratio` is required and is one of `16:9`, `9:16` and `1:1`.',
    remedies: ['Choose one of the three.'],
    repeat: 'no',
  },
  too_many_references: {
    title: 'More references than the endpoint takes',
    means:
      'One request carries at most 9 images, 3 videos and 3 audio clips. Nothing is dropped in silence, so the request is refused instead.',
    remedies: [
      'Send fewer. For a product, the photos that differ most say most: front, side, back, a detail.',
      'In a workflow of `kinora run`, `images` and the brand bundle are brought to nine by their order, and the plan tells which were left out.',
    ],
    repeat: 'no',
  },
  reference_required: {
    title: 'reference-to-video needs a picture or a clip',
    means:
      '`reference-to-video` was called without any image and without any video. Audio alone is not enough here.',
    remedies: [
      'Add `reference_images` or `reference_videos`.',
      'For a prompt alone use `text-to-video`, for one opening picture `image-to-video`: see [the standard API guide](../guides/standard-api.md).',
    ],
    repeat: 'no',
  },
  reference_not_found: {
    title: 'There is no such file in this account',
    means:
      'A reference names a file id that does not exist, was deleted, or belongs to another account. These three look the same on purpose.',
    remedies: [
      'Upload the file with `POST /v1/files`, with a key of the same account, and use the `id` it answers.',
    ],
    repeat: 'no',
  },
  reference_unreachable: {
    title: 'The address of a reference could not be read',
    means:
      'The URL is not valid, its host does not exist or refuses, or it answered with an error. A signed link that has run out is the usual case: it answers 403.',
    remedies: [
      'Open the URL in a private window of a browser: it has to work without a login.',
      'Make links that live longer than your batch, or upload the files with `POST /v1/files` and send their ids: a file id never dies while it is used.',
      'If the host itself had a bad moment, `retryable` is true; send the same request again.',
    ],
    repeat: 'sometimes',
  },
  reference_forbidden_address: {
    title: 'The address is not on the public internet',
    means:
      'A reference points to a private, local or reserved address, directly, by its name or after a redirect, or it uses something other than http and https, carries a password, or asks for a port that is closed to us. This is refused in every spelling, so that nobody can reach the network behind the server.',
    remedies: [
      'Upload the file with `POST /v1/files` instead.',
      'If you run Kinora and that host is yours, add its exact origin to `KINORA_TRUSTED_ORIGINS`, such as `http://10.0.0.5:9000`.',
    ],
    repeat: 'no',
  },
  reference_wrong_type: {
    title: 'A reference is of another kind than its field',
    means:
      'A video was sent as an image, an image as audio, and so on. The content decides, never the name of the file.',
    remedies: [
      'Put it into the field of its kind: `reference_images`, `reference_videos` or `reference_audio`.',
    ],
    repeat: 'no',
  },
  reference_too_large: {
    title: 'A reference is larger than allowed',
    means: 'The limits are 30 MB for an image, 50 MB for a video and 15 MB for audio.',
    remedies: [
      'Make it smaller: a photo of 2,000 pixels and a clip of 720p lose nothing, because the video has 720 lines.',
    ],
    repeat: 'no',
  },
  reference_unreadable: {
    title: 'A reference cannot be opened',
    means:
      'The file is damaged, of a format that is not taken, or made to harm whoever opens it (a picture that unfolds to gigabytes, a playlist in disguise). A data URL must be base64.',
    remedies: [
      'Send images as JPEG, PNG, WebP, GIF or AVIF, videos as MP4, MOV or WebM, audio as MP3, WAV, M4A, OGG, FLAC or AAC.',
      'Save the file once more with the program that it came from.',
    ],
    repeat: 'no',
  },
  reference_timeout: {
    title: 'The references did not arrive in time',
    means: 'All references of one request together have 30 seconds to be fetched and checked.',
    remedies: ['Send the same request again.', 'Upload large or slow files first with `POST /v1/files`.'],
    repeat: 'yes',
  },
  consent_required: {
    title: "A picture of a person needs that person's consent",
    means:
      'A reference has the role `person`, or was taken back by the person in it before, and names no consent. A live key is refused here on every engine, before anything is fetched or held. A test key may use stand-ins.',
    remedies: [
      'Let the person give it on a page of this server: `POST /v1/consent-links`. Photos that come from there carry their consent.',
      'Or record a consent that you hold with `POST /v1/consents`, and name it: `{ "file_id": "file_…", "role": "person", "consent_id": "con_…" }`.',
      'If nobody real is seen, choose another role, such as `scene`. See [People](../people.md).',
    ],
    repeat: 'no',
  },
  consent_invalid: {
    title: 'This consent does not cover it',
    means:
      "The consent that a reference names is unknown in this account and mode, was revoked, has run out, is somebody else's, or was given for other engines or workflows. `errors` names the reference and the reason.",
    remedies: [
      'Ask the person again with `POST /v1/consent-links`, for the scope that you need.',
      'Read what was agreed with `GET /v1/consents/{id}`: `state` and `scope`.',
    ],
    repeat: 'no',
  },
  reference_changed: {
    title: 'A reference holds something else than it did',
    means:
      'The request says with `sha256` which bytes it means, and the URL or file has others. `kinora plan` sends what `kinora.lock` names, so that a picture that was exchanged behind an address is never used in silence.',
    remedies: [
      'Look at what is there now.',
      'If that is what you want, send its hash or leave `sha256` out; for a workflow, `kinora bundles accept <workflow file>` renews `kinora.lock`.',
    ],
    repeat: 'no',
  },
  unsupported_by_engine: {
    title: 'The engine cannot do this',
    means:
      'The request is fine, but the engine that would make it has a tighter limit: fewer references in all, a total length of clips, a length it does not make, no storyboard. Nothing is dropped in silence.',
    remedies: [
      'Read `errors`: each entry says the limit and what you sent.',
      'Change the request, or choose another engine with the field `engine`; [Choose an engine](../guides/choose-an-engine.md) compares them.',
    ],
    repeat: 'no',
  },
  unsupported_media_type: {
    title: 'The body is of a type that is not taken here',
    means:
      'Requests are JSON with `Content-Type: application/json`. `POST /v1/files` takes a multipart form or the bytes of the file themselves.',
    remedies: ['Set the `Content-Type` header to what you send.'],
    repeat: 'no',
  },
  body_too_large: {
    title: 'The body is too large',
    means: 'A JSON body has at most 64 MB, an upload what its kind may have: 30, 50 or 15 MB.',
    remedies: ['Upload files with `POST /v1/files` and send their ids instead of data URLs.'],
    repeat: 'no',
  },
  unauthenticated: {
    title: 'No key, or not one of ours',
    means: 'The `Authorization` header is missing, or its key is unknown, misspelt or revoked.',
    remedies: [
      'Send `Authorization: Bearer kin_live_…` (or `kin_test_…`).',
      'A secret is shown once, when the key is made. If it is lost, make another: `POST /v1/keys` or `kinora keys create`.',
    ],
    repeat: 'no',
  },
  forbidden: {
    title: 'This key may not do that',
    means:
      'The key is good, but not for this: a test key manages no keys and no money, an account is not the operator, the operator key has no credits of its own. A signed link to a file that has run out answers the same, and so does a live key that a web page sends: keys stay on your server.',
    remedies: [
      'Use a live key of the account, or the operator key, as `hint` says.',
      'In a web page: let your server make a token with `POST /v1/upload-tokens`, which can upload and nothing else.',
      'For a link: ask for the generation or the file again. The answer holds a fresh one.',
    ],
    repeat: 'no',
  },
  not_found: {
    title: 'There is nothing here',
    means:
      'The address is not one of the API, or the id does not exist in your account. Ids of other accounts answer the same, on purpose.',
    remedies: [
      'Compare the path with the [API reference](/docs).',
      'Check that the key belongs to the account, and to the mode (live or test), in which the thing was made.',
    ],
    repeat: 'no',
  },
  gone: {
    title: 'It was here, and was deleted for good',
    means:
      'A video, a picture or a link to one of them that its owner, or a person in it, has had deleted. The bytes are gone; nobody can bring them back.',
    remedies: [
      'Take the link out of your pages and mails, and make the video once more if you may.',
      'Where a person has revoked the consent, `GET /v1/consents/{id}/certificate` proves what was deleted, and when.',
    ],
    repeat: 'no',
  },
  invalid_state: {
    title: 'It is too late, or too early, for that',
    means:
      'What you ask for does not fit the state of the thing: canceling what has ended, moving what has begun, a receipt of what still runs, rows for a batch that was canceled.',
    remedies: ['Read the thing again: its `status` tells what can be done with it now.'],
    repeat: 'no',
  },
  idempotency_key_reused: {
    title: 'This idempotency key stands for another request',
    means:
      'The same `Idempotency-Key` came with another body. Kinora cannot know which of the two you want, so it does neither.',
    remedies: [
      'Use one key for one logical request: `order-1841-video`, not a constant.',
      'To have the first answer again, send exactly the first body.',
    ],
    repeat: 'no',
  },
  idempotency_in_progress: {
    title: 'The first call with this key still runs',
    means:
      'Two calls with one `Idempotency-Key` overlap: the first is still fetching its references. The second waits for nothing and makes nothing.',
    remedies: [
      'Wait as `Retry-After` says, then send the same request with the same key. It gets the answer of the first.',
    ],
    repeat: 'yes',
  },
  insufficient_credits: {
    title: 'Not enough credits',
    means: 'The video costs more credits than the account has available. `detail` names both numbers.',
    remedies: [
      'Buy a pack with `POST /v1/topups` or `kinora credits buy`, or ask the operator for a grant.',
      'A shorter video costs less: see [Prices](../guides/prices.md).',
      'In a batch the row waits (`waiting_budget`) and goes on by itself when credits come.',
    ],
    repeat: 'no',
  },
  budget_exceeded: {
    title: 'A budget would be exceeded',
    means:
      'A cap of the account, key, workflow, batch, tag or end user has no room for this video. `detail` names the budget, what is left of it and when it begins again.',
    remedies: [
      'Wait for the next period, or raise the budget: `kinora budgets set budget_… --limit N`.',
      'In a batch the row waits and goes on by itself.',
    ],
    repeat: 'no',
  },
  price_above_maximum: {
    title: 'It costs more than you allow',
    means: 'The request carries `max_credits`, and the price is higher.',
    remedies: ['Raise `max_credits`, choose a shorter video or a cheaper engine.'],
    repeat: 'no',
  },
  quote_invalid: {
    title: 'The quote is not for this request',
    means:
      'A `quote_id` is signed for one account, mode, endpoint, engine and length. This one was changed, or is for something else.',
    remedies: ['Ask for a quote of exactly this video with `POST /v1/estimates`, or leave `quote_id` out.'],
    repeat: 'no',
  },
  quote_expired: {
    title: 'The quote has run out',
    means: 'A quote holds for 24 hours.',
    remedies: [
      'Ask for a new one with `POST /v1/estimates`, or leave `quote_id` out to pay the price of the day.',
    ],
    repeat: 'no',
  },
  price_unknown: {
    title: 'This length has no price',
    means:
      'The price book of the engine has no row for this length. What has no price is refused; it is never free.',
    remedies: ['Choose another length, or another engine.'],
    repeat: 'no',
  },
  unavailable: {
    title: 'The server cannot do this just now',
    means:
      'The database does not answer, the payment provider is away, or something that this needs is not set up on this server; `detail` says which.',
    remedies: [
      'If `retryable` is true, send the same request again after `Retry-After`, a submit with the same `Idempotency-Key`: it may have gone through.',
      'Otherwise the operator has to set up what is missing; `hint` says how.',
    ],
    repeat: 'sometimes',
  },
  internal_error: {
    title: 'Something went wrong on our side',
    means:
      'A fault that nobody expected. It is in the log of the server with the `request_id` of the answer.',
    remedies: [
      'Send the same request again, a submit with the same `Idempotency-Key`.',
      'If it stays, look for the `request_id` in the log of the server and report it.',
    ],
    repeat: 'yes',
  },
};
