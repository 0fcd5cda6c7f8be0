using System.Numerics;
using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.People;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;
using Appliance.Scene.Sites;
using Appliance.Scene.Truth;

namespace Appliance.Scene.Studio;

/// <summary>Takes single pictures of one person: photos to enrol, views to check, samples to train on. One thread at a time.</summary>
public sealed class FaceStudio
{
    private const float CheekToCheek = 1.5f;

    private readonly Figure _figure;
    private readonly int _identity;
    private readonly string _name;
    private readonly SurfaceRenderer _renderer = new();
    private readonly Canvas _canvas = new();

    /// <param name="identity">Number to write into the truth.</param>
    /// <param name="member">The person.</param>
    /// <param name="clothes">Seed of what is worn.</param>
    /// <param name="detail">Texels around the head, a power of two: 256 for faces to 100 pixels, 512 above.</param>
    public FaceStudio(int identity, CastMember member, ulong clothes = 1, int detail = 512)
    {
        (_identity, _name) = (identity, member.Name);
        var head = HeadModel.Build(member.Genes, detail);
        _figure = new Figure(head, BodyModel.Build(clothes ^ ((ulong)identity * 7919), head.Skin));
    }

    /// <summary>Draws one picture.</summary>
    /// <param name="shot">How it is taken.</param>
    /// <param name="frame">Any even size; overwritten.</param>
    /// <param name="seed">Of backdrop and grain.</param>
    public FaceTruth Take(in FaceShot shot, PooledFrame frame, ulong seed = 0)
    {
        var random = SeededRandom.For(seed, 0x57D1);
        PaintBehind(frame, ref random);
        var scale = frame.Width * shot.FaceWidth / CheekToCheek;
        var pose = new HeadPose(
            frame.Width * (0.5f + shot.Offset.X), (frame.Height * 0.46f) + (frame.Width * shot.Offset.Y), scale, shot.Yaw, shot.Pitch, shot.Roll);
        _canvas.Reset(0, 0, frame.Width & ~1, frame.Height & ~1);
        _figure.Draw(_renderer, _canvas, new Stance(pose, shot.Yaw * 0.4f, shot.Pitch * 0.3f, 0, 0), shot.Light);
        FrameCompositor.Blend(_canvas, frame);
        var face = FaceProjection.Of(_figure.Head, pose);
        if (shot.Occlusion > 0)
            Cover(frame, face.Box, shot.Occlusion, ref random);

        Blur.Apply(frame, shot.Blur);
        new SensorNoise(seed, shot.Noise).AddTo(frame, (long)seed);
        return new FaceTruth(
            _identity, _name, face.Box, face.Landmarks, shot.Yaw, shot.Pitch, shot.Roll, 1 - shot.Occlusion);
    }

    private static void PaintBehind(PooledFrame frame, ref SeededRandom random)
    {
        var luma = (byte)random.Between(70, 190);
        var u = (byte)random.Between(118, 138);
        var v = (byte)random.Between(118, 138);
        PlainBackdrop.Fill(frame, luma, u, v, random.Between(4, 40), (uint)random.NextUInt64());
    }

    /// <summary>Something of one colour before the face: a hand, a scarf, the edge of a door.</summary>
    private static void Cover(PooledFrame frame, in Core.Detection.Box face, float share, ref SeededRandom random)
    {
        var side = random.Below(3);
        var left = side == 0 ? face.Right - (face.Width * share) : face.X - (face.Width * 0.1f);
        var right = side == 1 ? face.X + (face.Width * share) : face.Right + (face.Width * 0.1f);
        var top = side == 2 ? face.Bottom - (face.Height * share) : face.Y - (face.Height * 0.3f);
        var bottom = face.Bottom + (face.Height * 0.2f);
        var luma = (byte)random.Between(30, 180);
        var u = (byte)random.Between(110, 146);
        var v = (byte)random.Between(110, 146);
        Fill(frame.Writable(0), frame.Stride(0), frame.Width, frame.Height, left, top, right, bottom, luma);
        Fill(frame.Writable(1), frame.Stride(1), frame.Width / 2, frame.Height / 2, left / 2, top / 2, right / 2, bottom / 2, u);
        Fill(frame.Writable(2), frame.Stride(2), frame.Width / 2, frame.Height / 2, left / 2, top / 2, right / 2, bottom / 2, v);
    }

    private static void Fill(
        Span<byte> plane, int stride, int width, int height, float left, float top, float right, float bottom, byte value)
    {
        int from = Math.Clamp((int)left, 0, width), to = Math.Clamp((int)right, from, width);
        for (var y = Math.Clamp((int)top, 0, height); y < Math.Clamp((int)bottom, 0, height); y++)
            plane[((y * stride) + from)..((y * stride) + to)].Fill(value);
    }
}
