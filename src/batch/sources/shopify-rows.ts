import type { Json, JsonObject } from '../../domain/json.ts';

/** What a product becomes: itself, or a row for each of its variants. Names are the same whichever API wrote it. */
export function shopifyRows(product: JsonObject, rows: 'products' | 'variants'): JsonObject[] {
  const variants = listOf(product['variants']).filter(isObject);
  const images = listOf(product['images'] ?? product['media'])
    .map(imageUrl)
    .filter(isText);
  const featured = imageUrl(product['image'] ?? product['featuredImage'] ?? null);
  const pictures = unique([...(featured === undefined ? [] : [featured]), ...images]);
  const shared = {
    title: plain(product['title']),
    handle: plain(product['handle']),
    description: textOfHtml(product['body_html'] ?? product['descriptionHtml'] ?? product['description']),
    vendor: plain(product['vendor']),
    product_type: plain(product['product_type'] ?? product['productType']),
    status: plain(product['status']),
    tags: tagsOf(product['tags']),
  };
  if (rows === 'products') {
    const [first = {}] = variants;
    return [
      { id: idOf(product['id']), ...shared, ...priceOf(first), images: pictures, variants: variants.length },
    ];
  }
  return variants.map((variant) => {
    const own = ownImage(product, variant);
    return {
      id: idOf(variant['id']),
      product_id: idOf(product['id']),
      ...shared,
      variant_title: plain(variant['title']),
      ...priceOf(variant),
      ...optionsOf(variant),
      images: unique([...(own === undefined ? [] : [own]), ...pictures]),
    };
  });
}

const priceOf = (variant: JsonObject) => ({
  sku: plain(variant['sku']),
  price: plain(variant['price']),
  compare_at_price: plain(variant['compare_at_price'] ?? variant['compareAtPrice']),
  available: plain(variant['available'] ?? variant['availableForSale']),
});

function optionsOf(variant: JsonObject): JsonObject {
  const selected = listOf(variant['selectedOptions']).filter(isObject);
  return {
    option1: plain(variant['option1'] ?? selected[0]?.['value']),
    option2: plain(variant['option2'] ?? selected[1]?.['value']),
    option3: plain(variant['option3'] ?? selected[2]?.['value']),
  };
}

/** The picture of a variant, said by itself or by a picture that names it. */
function ownImage(product: JsonObject, variant: JsonObject): string | undefined {
  const said = imageUrl(variant['featured_image'] ?? variant['image'] ?? null);
  if (said !== undefined) return said;
  const naming = listOf(product['images'])
    .filter(isObject)
    .find(
      (image) =>
        (image['id'] !== undefined && image['id'] === variant['image_id']) ||
        listOf(image['variant_ids']).includes(variant['id'] ?? null),
    );
  return naming === undefined ? undefined : imageUrl(naming);
}

function imageUrl(image: Json): string | undefined {
  if (typeof image === 'string') return image;
  if (!isObject(image)) return undefined;
  const { src, url, originalSrc } = image;
  const said = [src, url, originalSrc].find(isText);
  if (said !== undefined) return said;
  const inside =
    image['image'] ?? (isObject(image['preview'] ?? null) ? (image['preview'] as JsonObject)['image'] : null);
  return inside === undefined || inside === null ? undefined : imageUrl(inside);
}

/** `gid://shopify/Product/632910392` and 632910392 name the same; as a text, since that is what a key is. */
const idOf = (id: Json | undefined): Json =>
  typeof id === 'string'
    ? (/(\d+)(?:\?.*)?$/.exec(id)?.[1] ?? id)
    : typeof id === 'number'
      ? String(id)
      : null;

function tagsOf(tags: Json | undefined): Json {
  const list = typeof tags === 'string' ? tags.split(',') : listOf(tags).filter(isText);
  return list.map((tag) => tag.trim()).filter((tag) => tag !== '');
}

/** Words alone: a prompt has no use for markup. */
function textOfHtml(html: Json | undefined): Json {
  if (typeof html !== 'string') return null;
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => named[name] ?? ' ')
    .replaceAll(/&#(\d{1,6});/g, (whole, code: string) =>
      Number(code) > 0 && Number(code) < 0xd800 ? String.fromCodePoint(Number(code)) : whole,
    )
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const plain = (value: Json | undefined): Json =>
  value === undefined || typeof value === 'object' ? null : value;
const unique = (list: readonly string[]) => [...new Set(list)];

/** A list, or the nodes of a GraphQL connection. */
function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null || !isObject(value)) return [];
  if (Array.isArray(value['nodes'])) return value['nodes'];
  return listOf(value['edges']).map((edge) => (isObject(edge) ? (edge['node'] ?? null) : null));
}
