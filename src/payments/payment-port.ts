/** A purchase that a buyer is to be sent to. */
export interface CheckoutOrder {
  /** Ours: it comes back in every notice, and asking twice with it opens one checkout. */
  paymentId: string;
  title: string;
  amountUsdCents: number;
  successUrl: string;
  cancelUrl: string;
}

export type Checkout =
  /** `providerId` names the checkout at the provider. */
  | { status: 'open'; providerId: string; url: string }
  /** The provider will never begin this one. */
  | { status: 'refused'; message: string }
  /** Nobody can tell; the same order may be sent again. */
  | { status: 'unavailable'; message: string };

/** What a provider says has happened to a payment. `paymentId` is ours, absent where the provider did not carry it. */
export type PaymentNotice =
  | {
      kind: 'paid';
      paymentId: string;
      providerId: string;
      providerPaymentId: string | undefined;
      /** In the smallest unit of the currency. */
      amount: number;
      /** ISO 4217, lower case. */
      currency: string;
    }
  | { kind: 'expired' | 'failed'; paymentId: string; providerId: string }
  | {
      kind: 'refunded';
      paymentId: string | undefined;
      providerPaymentId: string | undefined;
      /** Of the money, in all so far. */
      amount: number;
      currency: string;
    }
  /** Not about anything of ours. */
  | { kind: 'other'; type: string };

export type ReadWebhook =
  | { status: 'genuine'; notice: PaymentNotice }
  | { status: 'forged'; message: string };

/** Somebody who takes money for us. */
export interface PaymentPort {
  name: string;
  openCheckout(order: CheckoutOrder): Promise<Checkout>;
  /** Only what was signed by the provider, recently, is genuine. The body must be the bytes as they came. */
  readWebhook(body: string, signature: string | undefined): Promise<ReadWebhook>;
}
