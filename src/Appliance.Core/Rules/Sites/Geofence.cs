using System.Globalization;
using System.Numerics;
using Appliance.Core.Rules.Zones;

namespace Appliance.Core.Rules.Sites;

/// <summary>Where the box belongs: in a circle or a polygon on the map.</summary>
public sealed class Geofence
{
    private const double EarthRadius = 6_371_000;

    private readonly GeofenceOptions _options;
    private readonly Polygon? _polygon;
    private readonly double _firstLatitude;
    private readonly double _firstLongitude;

    private Geofence(GeofenceOptions options)
    {
        _options = options;
        if (options.Polygon.Count == 0)
            return;

        // Single precision has metres at best far from zero: corners are kept relative to the first.
        var (latitude, longitude) = (options.Polygon[0][0], options.Polygon[0][1]);
        (_firstLatitude, _firstLongitude) = (latitude, longitude);
        _polygon = new([.. options.Polygon.Select(corner =>
            (IReadOnlyList<float>)[(float)(corner[0] - latitude), (float)(corner[1] - longitude)])]);
    }

    /// <summary>Null: neither circle nor polygon is configured.</summary>
    public static Geofence? Of(GeofenceOptions options) =>
        options is { RadiusMetres: 0, Polygon.Count: 0 } ? null : new(options);

    /// <summary>Whether the box may be inside, given how exactly its position is known: only what is surely outside is outside.</summary>
    public bool MayHold(Position position)
    {
        if (_options.RadiusMetres > 0 && Distance(position) <= _options.RadiusMetres + position.AccuracyMetres)
            return true;
        if (_polygon is null)
            return false;

        var at = Relative(position);
        return _polygon.Contains(at) || DistanceToEdge(at, position.Latitude) <= position.AccuracyMetres;
    }

    /// <summary>For people: how far it is from the middle of the circle, or from the polygon's edge.</summary>
    public string Describe(Position position)
    {
        var metres = _options.RadiusMetres > 0
            ? Distance(position) - _options.RadiusMetres
            : DistanceToEdge(Relative(position), position.Latitude);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{position.Latitude:0.00000}, {position.Longitude:0.00000}: {metres:0} m outside (± {position.AccuracyMetres:0} m)");
    }

    private Vector2 Relative(Position position) =>
        new((float)(position.Latitude - _firstLatitude), (float)(position.Longitude - _firstLongitude));

    /// <summary>Great-circle distance to the middle in metres, by the haversine formula.</summary>
    private double Distance(Position position)
    {
        var (from, to) = (Radians(_options.Latitude), Radians(position.Latitude));
        var (north, east) = (Math.Sin((to - from) / 2), Math.Sin(Radians(position.Longitude - _options.Longitude) / 2));
        return 2 * EarthRadius * Math.Asin(Math.Sqrt(Math.Min(1, (north * north) + (Math.Cos(from) * Math.Cos(to) * east * east))));
    }

    /// <summary>Metres to the nearest edge on a flat map around the position: fences are small against the Earth.</summary>
    private double DistanceToEdge(Vector2 at, double latitude)
    {
        var scale = new Vector2((float)Radians(1) * (float)EarthRadius, (float)(Radians(1) * EarthRadius * Math.Cos(Radians(latitude))));
        var least = float.MaxValue;
        var corners = _polygon!.Corners;
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = ((corners[i] - at) * scale, (corners[(i + 1) % corners.Length] - at) * scale);
            var along = to - from;
            var share = Math.Clamp(-Vector2.Dot(from, along) / Math.Max(along.LengthSquared(), 1e-12f), 0, 1);
            least = Math.Min(least, (from + (share * along)).Length());
        }

        return least;
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
