namespace Appliance.Core.Frames;

/// <summary>Memory layout of a picture; both are 8-bit 4:2:0.</summary>
public enum PixelFormat
{
    /// <summary>Three planes: Y (W×H), U and V (⌈W/2⌉×⌈H/2⌉ each).</summary>
    I420,

    /// <summary>Two planes: Y (W×H) and interleaved UV (⌈W/2⌉ pairs × ⌈H/2⌉); what hardware decoders give.</summary>
    Nv12,
}

/// <summary>How YUV becomes RGB: matrix (ITU-R BT.601 or BT.709) and range (16–235 or 0–255).</summary>
public enum ColorSpace
{
    Bt601Limited,
    Bt709Limited,
    Bt601Full,
    Bt709Full,
}
