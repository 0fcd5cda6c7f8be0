using System.Numerics;
using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.People;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;
using Appliance.Scene.Sites;
using Appliance.Scene.Truth;
using Appliance.Scene.Walks;

namespace Appliance.Scene;

/// <summary>
/// Renders a <see cref="SceneScript"/> frame by frame, each frame the same whenever and in whatever order it is asked for.
/// One thread at a time; allocates nothing per frame once the picture with the most people was drawn.
/// </summary>
public sealed class SceneRenderer
{
    private const float EyeHeight = 1.62f;
    private const float NearestMetres = 1.9f;

    private readonly SceneScript _script;
    private readonly Figure[] _figures;
    private readonly float[] _eyeHeights;
    private readonly Backdrop[] _backdrops;
    private readonly SensorNoise _noise;
    private readonly Post? _post;
    private readonly SurfaceRenderer _renderer = new();
    private readonly Canvas _canvas = new();
    private readonly List<(float Depth, int Walk, Stance Stance)> _seen = [];

    /// <param name="script">What happens.</param>
    /// <param name="width">Picture width in pixels, even.</param>
    /// <param name="height">Picture height in pixels, even.</param>
    /// <param name="detail">Texels around each head, a power of two: 256 for faces to about 150 pixels.</param>
    public SceneRenderer(SceneScript script, int width, int height, int detail = 256)
    {
        if (width < 64 || height < 64 || width % 2 != 0 || height % 2 != 0)
            throw new ArgumentException($"A picture is even and at least 64 × 64 pixels, not {width} × {height}.");

        _script = script;
        (Width, Height) = (width, height);
        _figures = new Figure[script.Cast.Count];
        _eyeHeights = new float[script.Cast.Count];
        for (var i = 0; i < _figures.Length; i++)
        {
            var head = HeadModel.Build(script.Cast[i].Genes, detail);
            var seed = script.Seed ^ ((ulong)i * 7919);
            _figures[i] = new Figure(head, BodyModel.Build(seed, head.Skin));
            _eyeHeights[i] = EyeHeight + SeededRandom.For(seed, 3).Between(-0.08f, 0.10f);
        }

        _backdrops = new Backdrop[script.Cameras.Count];
        for (var i = 0; i < _backdrops.Length; i++)
        {
            var horizon = Math.Clamp(script.Cameras[i].GroundRow(10.5f, width, height), height * 0.55f, height * 0.9f);
            _backdrops[i] = Backdrop.Paint(width, height, horizon, script.Seed + (ulong)i, script.Conditions.Light);
        }

        _noise = new SensorNoise(script.Seed, script.Conditions.Noise);
        _post = script.Conditions.Post ? new Post(width, height) : null;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Draws what <paramref name="camera"/> sees at <paramref name="time"/>.</summary>
    /// <param name="camera">Index into the script's cameras.</param>
    /// <param name="sequence">Number of the frame, for its grain and stamp.</param>
    /// <param name="time">Seconds into the scene.</param>
    /// <param name="frame">Width × Height pixels; overwritten.</param>
    /// <param name="truth">Its contents are replaced by the faces in the picture.</param>
    public void Render(int camera, long sequence, float time, PooledFrame frame, List<FaceTruth> truth)
    {
        if (frame.Width != Width || frame.Height != Height)
            throw new ArgumentException($"The frame is {frame.Width} × {frame.Height}, not {Width} × {Height}.", nameof(frame));

        _backdrops[camera].CopyTo(frame);
        Collect(camera, time);
        var light = LightOf(camera);
        foreach (var (_, walk, stance) in _seen)
        {
            if (!Frame(stance.Head))
                continue;

            _figures[_script.Walks[walk].Identity].Draw(_renderer, _canvas, stance, light);
            FrameCompositor.Blend(_canvas, frame);
        }

        _post?.Draw(frame);
        Blur.Apply(frame, _script.Conditions.Blur);
        Note(truth);
        _noise.AddTo(frame, (sequence << 8) + camera);
        frame.Stamp(
            new CameraId(_script.Cameras[camera].Name), sequence, TimeSpan.FromSeconds(time), DateTimeOffset.UnixEpoch.AddSeconds(time), 0);
    }

    /// <summary>Says what <paramref name="camera"/> sees at <paramref name="time"/> without drawing it.</summary>
    /// <param name="camera">Index into the script's cameras.</param>
    /// <param name="time">Seconds into the scene.</param>
    /// <param name="truth">Its contents are replaced by the faces in the picture, farthest first.</param>
    public void Look(int camera, float time, List<FaceTruth> truth)
    {
        Collect(camera, time);
        Note(truth);
    }

    private void Note(List<FaceTruth> truth)
    {
        truth.Clear();
        foreach (var (_, walk, stance) in _seen)
        {
            Hide(truth, stance.Head);
            Note(truth, _script.Walks[walk].Identity, stance.Head);
        }

        if (_post is { } post)
            Hide(truth, post.Box);
    }

    private Light LightOf(int camera)
    {
        var random = SeededRandom.For(_script.Seed + (ulong)camera, 0x1164);
        var day = Light.Day;
        var side = new Vector3(random.Between(-0.7f, 0.7f), random.Between(0.45f, 0.8f), random.Between(0.6f, 0.9f));
        var share = _script.Conditions.Light;
        return new Light(
            Vector3.Normalize(side), day.Key * (random.Between(0.75f, 1.05f) * share), day.Sky * share, day.Ground * share);
    }

    /// <summary>Everybody on the way past this camera, farthest first.</summary>
    private void Collect(int camera, float time)
    {
        _seen.Clear();
        for (var i = 0; i < _script.Walks.Count; i++)
        {
            var walk = _script.Walks[i];
            if (walk.Camera != camera || time < walk.Start || time >= walk.End)
                continue;

            var (at, heading) = walk.Position(time);
            if (at.Y < NearestMetres)
                continue;

            var place = _seen.Count;
            while (place > 0 && _seen[place - 1].Depth < at.Y)
                place--;

            _seen.Insert(place, (at.Y, i, StanceOf(walk, i, time, at, heading)));
        }
    }

    private Stance StanceOf(Walk walk, int index, float time, Vector2 at, Vector2 heading)
    {
        var camera = _script.Cameras[walk.Camera];
        var random = SeededRandom.For(_script.Seed ^ (ulong)index, 0x57A9);
        var stride = ((time - walk.Start) * random.Between(5.2f, 6.2f)) + random.Between(0, 6);
        var bob = (0.018f * MathF.Cos(2 * stride)) + _eyeHeights[walk.Identity];
        var sway = 0.02f * MathF.Sin(stride);
        var (point, perMetre) = camera.Project(new Vector3(at.X + sway, bob, at.Y), Width, Height);

        // Straight at the camera is 0; the picture's right is positive.
        var towards = MathF.Atan2(heading.X, -heading.Y) - MathF.Atan2(-at.X, at.Y);
        var bodyYaw = towards * 180 / MathF.PI;
        var slow = (time - walk.Start) * random.Between(0.8f, 1.3f);
        var yaw = (bodyYaw * 0.7f) + (walk.Restlessness * MathF.Sin(slow + random.Between(0, 6)));
        var tilt = camera.Tilt * 0.4f + (MathF.Atan2(camera.Height - bob, at.Y) * 180 / MathF.PI * 0.8f);
        var pitch = tilt + (2.5f * MathF.Sin((slow * 1.7f) + 1)) - 2;
        var roll = 2.0f * MathF.Sin(stride * 0.5f);
        var head = new HeadPose(point.X, point.Y, perMetre * 0.1f, yaw, pitch, roll, at.Y * 10);
        return new Stance(head, bodyYaw, tilt, stride, 16);
    }

    /// <summary>Makes the canvas cover the person's part of the picture; false when nothing of it is inside.</summary>
    private bool Frame(in HeadPose head)
    {
        var left = Math.Max((int)(head.X - (3.2f * head.Scale)), 0) & ~1;
        var right = Math.Min((int)(head.X + (3.2f * head.Scale)) + 2, Width) & ~1;
        var top = Math.Max((int)(head.Y - (2.3f * head.Scale)), 0) & ~1;
        var bottom = Math.Min((int)(head.Y + (18 * head.Scale)) + 2, Height) & ~1;
        if (right <= left || bottom <= top)
            return false;

        _canvas.Reset(left, top, right - left, bottom - top);
        return true;
    }

    /// <summary>A nearer head hides part of those already noted.</summary>
    private static void Hide(List<FaceTruth> truth, in HeadPose nearer)
    {
        Hide(truth, new Box(nearer.X - (0.9f * nearer.Scale), nearer.Y - (1.3f * nearer.Scale), 1.8f * nearer.Scale, 3.6f * nearer.Scale));
    }

    private static void Hide(List<FaceTruth> truth, in Box hull)
    {
        for (var i = 0; i < truth.Count; i++)
        {
            var hidden = Shared(truth[i].Box, hull) / Math.Max(truth[i].Box.Area, 1);
            truth[i] = truth[i] with { Visible = Math.Max(truth[i].Visible - hidden, 0) };
        }
    }

    private void Note(List<FaceTruth> truth, int identity, in HeadPose pose)
    {
        var face = FaceProjection.Of(_figures[identity].Head, pose);
        var inside = Shared(face.Box, new Box(0, 0, Width, Height)) / face.Box.Area;
        if (inside <= 0)
            return;

        truth.Add(new FaceTruth(
            identity, _script.Cast[identity].Name, face.Box, face.Landmarks, pose.Yaw, pose.Pitch, pose.Roll, inside));
    }

    private static float Shared(in Box a, in Box b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y);
        return width <= 0 || height <= 0 ? 0 : width * height;
    }
}
