namespace Appliance.Core.Detection;

/// <summary>An axis-aligned rectangle in pixels of the full frame; origin top left, may reach past the border.</summary>
public readonly record struct Box(float X, float Y, float Width, float Height)
{
    public float Right => X + Width;

    public float Bottom => Y + Height;

    public float Area => Width * Height;

    /// <summary>Intersection over union, 0 (apart) to 1 (the same).</summary>
    public float OverlapWith(in Box other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(X, other.X);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y);
        if (width <= 0 || height <= 0)
            return 0;

        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}
