using System.Numerics.Tensors;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Scene.Rendering;
using Appliance.Scene.Studio;
using Appliance.Scene.Truth;
using Appliance.Scene.Walks;

namespace Appliance.Scene.Checks;

/// <summary>
/// Lets a real detector and a real embedder look at a scene: portraits are enrolled, then every person is seen from
/// several sides, in several lights and sizes, and walking in the scene itself.
/// </summary>
public sealed class SceneCheck(IFaceDetector detector, IFaceEmbedder embedder)
{
    /// <summary>Faces narrower than this are drawn but not judged, pixels.</summary>
    public const float JudgedWidth = 60;

    private const float MinScore = 0.8f;
    private const int StudioSize = 224;

    private static readonly Light s_side = Light.Day with { Towards = System.Numerics.Vector3.Normalize(new(0.85f, 0.35f, 0.5f)) };

    private static readonly FaceShot[] s_views =
    [
        new(0.40f, Light.Day), new(0.40f, Light.Day, Yaw: 25), new(0.40f, Light.Day, Yaw: -25), new(0.40f, s_side, Yaw: 12, Pitch: 8),
        new(0.40f, s_side, Yaw: -12, Pitch: -5), new(0.28f, Light.Day, Yaw: 8, Pitch: 5), new(0.30f, Light.Studio, Roll: 10, Noise: 4),
        new(0.40f, Light.Studio, Yaw: -15, Blur: 1),
    ];

    private readonly List<float> _scores = [];
    private readonly List<float> _same = [];
    private readonly List<float> _different = [];
    private readonly List<FaceDetection> _found = [];
    private readonly float[] _template = new float[embedder.Dimensions];
    private float[][] _enrolled = [];
    private string[] _names = [];
    private (float Cosine, string Seen, string TakenFor) _confusion = (-1, "", "");
    private int _missed, _false;

    /// <summary>Looks at everything.</summary>
    /// <param name="script">The scene.</param>
    /// <param name="width">Of its pictures.</param>
    /// <param name="height">Of its pictures.</param>
    /// <param name="threshold">Cosine from which two pictures count as one person.</param>
    /// <param name="every">Seconds between the frames looked at.</param>
    public SceneReport Run(SceneScript script, int width, int height, float threshold, float every = 0.5f)
    {
        var studios = script.Cast.Select((member, i) => new FaceStudio(i, member)).ToArray();
        _names = [.. script.Cast.Select(member => member.Name)];
        _enrolled = [.. studios.SelectMany(Enrol)];
        using (var frame = new PooledFrame(StudioSize, StudioSize))
        {
            foreach (var studio in studios)
            {
                for (var i = 0; i < s_views.Length; i++)
                    Look(frame, [studio.Take(s_views[i], frame, (ulong)i + 10)]);
            }
        }

        Watch(script, width, height, every);
        return Report(threshold);
    }

    private void Watch(SceneScript script, int width, int height, float every)
    {
        var renderer = new SceneRenderer(script, width, height);
        using var frame = new PooledFrame(width, height);
        var truth = new List<FaceTruth>();
        for (var camera = 0; camera < script.Cameras.Count; camera++)
        {
            var sequence = 0;
            for (var time = 0f; time < script.Duration; time += every)
            {
                renderer.Render(camera, sequence++, time, frame, truth);
                Look(frame, truth);
            }
        }
    }

    /// <summary>Frontal and slightly turned photos, as an operator would take them; empty templates where no face is found.</summary>
    private IEnumerable<float[]> Enrol(FaceStudio studio)
    {
        using var photo = new PooledFrame(320, 320);
        for (var i = 0; i < Portraits.Views.Count; i++)
        {
            var truth = studio.Take(Portraits.Views[i], photo, (ulong)i);
            var template = new float[embedder.Dimensions];
            if (Find(photo, truth) is { } face)
                embedder.Embed(photo, [face.Landmarks], template);
            else
                _missed++;

            yield return template;
        }
    }

    private void Look(PooledFrame frame, IReadOnlyList<FaceTruth> truth)
    {
        detector.Detect(frame, _found);
        foreach (var face in truth)
        {
            var at = IndexOf(face);
            if (at >= 0)
            {
                if (Judged(face))
                    Judge(frame, face, _found[at]);
                _found.RemoveAt(at);
            }
            else if (Judged(face))
            {
                _missed++;
            }
        }

        _false += _found.Count;
    }

    private void Judge(PooledFrame frame, in FaceTruth face, in FaceDetection seen)
    {
        _scores.Add(seen.Score);
        embedder.Embed(frame, [seen.Landmarks], _template);
        var views = Portraits.Views.Count;
        for (var person = 0; person < _enrolled.Length / views; person++)
        {
            var best = -1f;
            for (var view = 0; view < views; view++)
                best = Math.Max(best, TensorPrimitives.Dot(_template, _enrolled[(person * views) + view]));

            (person == face.Identity ? _same : _different).Add(best);
            if (person != face.Identity && best > _confusion.Cosine)
                _confusion = (best, face.Name, _names[person]);
        }
    }

    private static bool Judged(in FaceTruth face) => face.Visible > 0.95f && face.Box.Width >= JudgedWidth;

    private FaceDetection? Find(PooledFrame frame, in FaceTruth truth)
    {
        detector.Detect(frame, _found);
        var at = IndexOf(truth);
        return at < 0 ? null : _found[at];
    }

    /// <summary>The detection whose middle lies in the middle half of the true box.</summary>
    private int IndexOf(in FaceTruth truth)
    {
        for (var i = 0; i < _found.Count; i++)
        {
            var box = _found[i].Box;
            var dx = (box.X + (box.Width / 2) - truth.Box.X - (truth.Box.Width / 2)) / truth.Box.Width;
            var dy = (box.Y + (box.Height / 2) - truth.Box.Y - (truth.Box.Height / 2)) / truth.Box.Height;
            if (Math.Abs(dx) < 0.35f && Math.Abs(dy) < 0.35f)
                return i;
        }

        return -1;
    }

    private SceneReport Report(float threshold)
    {
        var scores = Distribution.Of(_scores);
        var same = Distribution.Of(_same);
        var different = Distribution.Of(_different);
        var faults = new List<string>();
        if (scores.Count == 0)
            faults.Add("no face was found at all");
        if (scores.P5 < MinScore)
            faults.Add($"a twentieth of the faces score {scores.P5:0.00} or less; {MinScore:0.00} is wanted");
        if (_missed > 0)
            faults.Add($"{_missed} faces of {JudgedWidth} pixels or more were missed");
        if (_false > 0)
            faults.Add($"{_false} detections where there is no face");
        if (same.P5 < threshold)
            faults.Add($"a twentieth of the views resemble their own person by {same.P5:0.00} or less; the threshold is {threshold:0.00}");
        if (different.Max >= threshold)
            faults.Add($"a view of {_confusion.Seen} resembles {_confusion.TakenFor} by {different.Max:0.00}; the threshold is {threshold:0.00}");
        return new SceneReport(detector.Model, embedder.Model, threshold, scores, same, different, _missed, _false, faults);
    }
}
