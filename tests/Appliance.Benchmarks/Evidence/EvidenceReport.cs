using System.Diagnostics;
using Appliance.Capture.Encoding;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Frames;
using Appliance.Daemon.Evidence;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Daemon.Evidence.Recording;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Benchmarks.Evidence;

/// <summary>
/// What evidence costs: clip of 10 s out of the ring, end of the post-roll → signed manifest on disk, proof and its verification.
/// <c>evidence [--takes 40]</c>
/// </summary>
internal static class EvidenceReport
{
    private const int FramesPerSecond = 15;

    public static int Run(string[] arguments)
    {
        var takes = int.Parse(Arguments.After(arguments, "--takes") ?? "40", System.Globalization.CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("watchpost-evidence-bench-").FullName;
        try
        {
            Takes(folder, takes).GetAwaiter().GetResult();
            Proofs();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Takes(string folder, int takes)
    {
        var ring = await Ring(folder);
        await using var store = await ApplianceStore.Open(
            new StoreOptions { DataDirectory = folder, ReserveBytes = 0, Evidence = new() { Enabled = true, Device = "bench", MinFreeBytes = 0 } },
            TimeProvider.System, NullLoggerFactory.Instance);
        await new EvidenceKeys(folder, store.Evidence).Load(null, default);
        var source = new Source(ring);
        var options = new EvidenceOptions { PreRoll = TimeSpan.FromSeconds(10), PostRoll = TimeSpan.Zero };
        using var frame = new PooledFrame(1280, 720);
        var random = new Random(1);
        for (var plane = 0; plane < 3; plane++)
            random.NextBytes(frame.Writable(plane));

        var (cuts, wall, pictures, whole) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (writing, settling, sealing) = (new List<double>(), new List<double>(), new List<double>());
        long bytes = 0;
        for (var i = 0; i < takes + 3; i++)
        {
            var alert = await store.Alerts.Append(
                new()
                {
                    Id = new(Core.Ulid.New(DateTimeOffset.UtcNow)),
                    BootId = Guid.NewGuid(),
                    Kind = AlertKinds.UnknownFace,
                    Severity = Severity.Warning,
                    Camera = new("gate"),
                    Utc = source.End,
                    Box = new(400, 200, 120, 150),
                    FrameWidth = 1280,
                    FrameHeight = 720,
                    TrackId = 1,
                },
                default);
            var take = new EvidenceTake(alert, store.Evidence, source, options, TimeProvider.System);
            take.Begin();
            var mark = Stopwatch.GetTimestamp();
            take.AddPictures(frame, "");
            var picture = Stopwatch.GetElapsedTime(mark).TotalMilliseconds;

            // From here on the post-roll is over.
            await take.Settle();
            var busy = Process.GetCurrentProcess().TotalProcessorTime;
            mark = Stopwatch.GetTimestamp();
            take.Collect();
            take.AddClip(wasStopped: false);
            take.AddTracks(new());
            var written = Stopwatch.GetElapsedTime(mark).TotalMilliseconds;
            await take.Settle();
            var settled = Stopwatch.GetElapsedTime(mark).TotalMilliseconds;
            var record = await store.Evidence.Seal(take.Finish(), default);
            var delay = Stopwatch.GetElapsedTime(mark).TotalMilliseconds;
            var work = (Process.GetCurrentProcess().TotalProcessorTime - busy).TotalMilliseconds;

            var cut = new ClipCut(ring, source.End - TimeSpan.FromSeconds(10), source.End);
            cut.Collect();
            using var clip = new MemoryStream();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            cut.WriteMp4(clip);
            var cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
            bytes = clip.Length;
            if (i < 3)
                continue; // GStreamer loads its plugins
            wall.Add(delay);
            whole.Add(work);
            writing.Add(written);
            settling.Add(settled - written);
            sealing.Add(delay - settled);
            cuts.Add(cpu);
            pictures.Add(picture);
            if (record?.State is not Appliance.Store.Evidence.EvidenceState.Complete)
                throw new InvalidOperationException($"the evidence is not complete: {record?.Reason}");
        }

        Console.WriteLine($"clip of 10 s, 1280×720, {FramesPerSecond} frames/s, {bytes / 1e6:0.0} MB, {takes} takes");
        Print("CPU of cutting the clip out of the ring, all threads", cuts, "≤ 50 ms");
        Print("end of the post-roll → signed manifest on disk", wall, "≤ 150 ms p95");
        Print("  CPU of that, all threads", whole, "");
        Print("  of that: clip and tracks cut, hashed, encrypted, written", writing, "");
        Print("  of that: waiting for the disk to have them", settling, "");
        Print("  of that: signature, log and index in one transaction", sealing, "");
        Print("snapshot and face (during the post-roll)", pictures, "");
    }

    private static void Proofs()
    {
        var leaves = Enumerable.Range(0, 1000).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i))).ToList();
        var root = MerkleTree.Root(leaves);
        var longest = Enumerable.Range(0, 1000).Max(i => MerkleTree.InclusionProof(leaves, i).Sum(hash => hash.Length));
        using var key = EvidenceKey.Make();
        var header = new BatchHeader("bench", 1, 1000, BatchHeader.NoPrev, Convert.ToHexStringLower(root));
        var signature = key.Sign(header.SignedDigest());
        var (prove, verify) = (new List<double>(), new List<double>());
        for (var i = 0; i < 1000; i++)
        {
            var mark = Stopwatch.GetTimestamp();
            var path = MerkleTree.InclusionProof(leaves, i);
            prove.Add(Stopwatch.GetElapsedTime(mark).TotalMilliseconds);
            mark = Stopwatch.GetTimestamp();
            if (!MerkleTree.VerifyInclusion(leaves[i], i, 1000, path, root) || SignerRecovery.Instance.Recover(header.SignedDigest(), signature) != key.Address)
                throw new InvalidOperationException("a proof does not hold");
            verify.Add(Stopwatch.GetElapsedTime(mark).TotalMilliseconds);
        }

        Console.WriteLine($"longest proof of 1,000 leaves: {longest} bytes (≤ 320)");
        Print("making it", prove, "");
        Print("verifying it and the batch's signature", verify, "≤ 5 ms");
    }

    private static void Print(string what, List<double> values, string goal)
    {
        values.Sort();
        Console.WriteLine(FormattableString.Invariant(
            $"{what,-60} p50 {values[values.Count / 2],7:0.00} ms  p95 {values[values.Count * 95 / 100],7:0.00} ms  {goal}"));
    }

    /// <summary>A ring of 10 s of encoded noise that moves: 720p at some 4 Mbit/s.</summary>
    private static async Task<EncodedRing> Ring(string folder)
    {
        var path = Path.Combine(folder, "source.mp4");
        using (var encoder = VideoEncoder.Create(path, 1280, 720, FramesPerSecond, 4000, "ultrafast"))
        using (var frame = new PooledFrame(1280, 720))
        {
            for (var i = 0; i < 11 * FramesPerSecond; i++)
            {
                for (var y = 0; y < 720; y++)
                {
                    for (var x = 0; x < 1280; x++)
                        frame.Writable(0)[(y * 1280) + x] = (byte)(128 + (100 * Math.Sin((x + (7 * i)) / 23.0) * Math.Cos((y - (3 * i)) / 31.0)));
                }

                encoder.Write(frame);
            }

            encoder.Finish();
        }

        var camera = new Capture.Cameras.CameraWorker(
            new Capture.Cameras.CameraOptions { Id = "gate", Source = path, PreRollSeconds = 12, PreRollMegabytes = 64 }, new Drop(), TimeProvider.System,
            NullLogger.Instance);
        await using (camera)
        {
            camera.Start();
            while (camera.Health.State != Capture.Cameras.CameraState.Stopped)
                await Task.Delay(100);
            return camera.PreRoll;
        }
    }

    private sealed class Drop : Core.Cameras.IFrameSink
    {
        public void Accept(Frame frame) => frame.Dispose();
    }

    private sealed class Source(EncodedRing ring) : IEvidenceSource
    {
        public DateTimeOffset End { get; } = ring.CopySince(DateTimeOffset.MinValue) is { } all ? all[all.Count - 1].CapturedAt : DateTimeOffset.UtcNow;

        public IReadOnlyList<ModelStatement> Models => [new("detector@1", "FaceDetector", new string('0', 64))];

        public TimeSpan Uptime => TimeSpan.FromSeconds(1);

        public (EncodedRing Ring, string Name)? Camera(Core.Cameras.CameraId camera) => (ring, "Gate");

        public DeviceStatement Device(string address) => new("bench", "bench", "", null, null, "1", "b", address);
    }
}
