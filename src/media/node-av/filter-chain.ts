import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_CHANNEL_ORDER_UNSPEC,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVPixelFormat,
  type AVSampleFormat,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avChannelLayoutDescribe,
  avGetPixFmtName,
  avGetSampleFmtName,
  type FilterContext,
  FilterGraph,
  Frame,
} from 'node-av/lib';
import { must, present } from './must.ts';

/** A chain of FFmpeg filters that is built anew whenever the frames that enter it change their nature. */
export interface FilterChain {
  /** Sends a lent frame (null: the end) through; each result is lent in turn. False: the receiver has enough. */
  push(frame: Frame | null, onResult: (result: Frame) => boolean): Promise<boolean>;
}

export function filterChain(filters: string): FilterChain {
  const result = new Frame();
  result.alloc();
  let built: { nature: string; graph: FilterGraph; source: FilterContext; sink: FilterContext } | undefined;

  async function drain(onResult: (result: Frame) => boolean): Promise<boolean> {
    if (built === undefined) return true;
    for (;;) {
      const received = await built.sink.buffersinkGetFrame(result);
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return true;
      must(received, 'filtering a frame');
      const goOn = onResult(result);
      result.unref();
      if (!goOn) return false;
    }
  }

  return {
    async push(frame, onResult) {
      const nature = frame === null ? undefined : natureOf(frame);
      if (built !== undefined && built.nature !== nature) {
        must(await built.source.buffersrcAddFrame(null), 'ending a filter chain');
        if (!(await drain(onResult))) return false;
        built.graph.free();
        built = undefined;
      }
      if (frame === null || nature === undefined) return true;
      built ??= { nature, ...(await build(frame, nature, filters)) };
      must(await built.source.buffersrcAddFrame(frame, AV_BUFFERSRC_FLAG_KEEP_REF), 'filtering a frame');
      return await drain(onResult);
    },
  };
}

// The arguments of the chain's source, which also tell whether two frames may share it.
function natureOf(frame: Frame): string {
  if (frame.isAudio()) {
    const { nbChannels, order } = frame.channelLayout;
    const named =
      order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(nbChannels) : frame.channelLayout;
    const layout = avChannelLayoutDescribe(named) ?? `${nbChannels}c`;
    const format = avGetSampleFmtName(frame.format as AVSampleFormat);
    return `time_base=1/${frame.sampleRate}:sample_rate=${frame.sampleRate}:sample_fmt=${format}:channel_layout=${layout}`;
  }
  const { num, den } = frame.sampleAspectRatio;
  const aspect = num > 0 && den > 0 ? `${num}/${den}` : '0/1';
  const format = avGetPixFmtName(frame.format as AVPixelFormat);
  return (
    `video_size=${frame.width}x${frame.height}:pix_fmt=${format}:time_base=1/1000000:pixel_aspect=${aspect}` +
    `:colorspace=${frame.colorSpace}:range=${frame.colorRange}`
  );
}

async function build(frame: Frame, nature: string, filters: string) {
  const [sourceName, sinkName] = frame.isAudio()
    ? ['abuffer@first', 'abuffersink@last']
    : ['buffer@first', 'buffersink@last'];
  const graph = new FilterGraph();
  graph.alloc();
  must(graph.parsePtr(`${sourceName}=${nature},${filters},${sinkName}`), `building the filters ${filters}`);
  must(await graph.config(), `linking the filters ${filters}`);
  const source = present(graph.getFilter(sourceName), sourceName);
  return { graph, source, sink: present(graph.getFilter(sinkName), sinkName) };
}
