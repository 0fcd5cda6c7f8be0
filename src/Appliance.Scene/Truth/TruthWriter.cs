using System.Numerics;
using System.Text.Json;

namespace Appliance.Scene.Truth;

/// <summary>
/// Writes truth as NDJSON, one <see cref="FrameTruth"/> per line:
/// <c>{"camera":"gate","frame":12,"seconds":1,"faces":[{"identity":0,"name":"…","box":[x,y,width,height],
/// "landmarks":[[x,y]×5],"yaw":…,"pitch":…,"roll":…,"visible":1}]}</c>; pixels and degrees.
/// </summary>
public static class TruthWriter
{
    public static void Write(Stream to, FrameTruth truth)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("camera", truth.Camera);
            json.WriteNumber("frame", truth.Frame);
            json.WriteNumber("seconds", Math.Round(truth.Seconds, 4));
            json.WriteStartArray("faces");
            foreach (var face in truth.Faces)
                Face(json, face);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        to.WriteByte((byte)'\n');
    }

    private static void Face(Utf8JsonWriter json, in FaceTruth face)
    {
        json.WriteStartObject();
        json.WriteNumber("identity", face.Identity);
        json.WriteString("name", face.Name);
        json.WriteStartArray("box");
        Number(json, face.Box.X);
        Number(json, face.Box.Y);
        Number(json, face.Box.Width);
        Number(json, face.Box.Height);
        json.WriteEndArray();
        json.WriteStartArray("landmarks");
        Point(json, face.Landmarks.RightEye);
        Point(json, face.Landmarks.LeftEye);
        Point(json, face.Landmarks.NoseTip);
        Point(json, face.Landmarks.RightMouth);
        Point(json, face.Landmarks.LeftMouth);
        json.WriteEndArray();
        json.WriteNumber("yaw", MathF.Round(face.Yaw, 1));
        json.WriteNumber("pitch", MathF.Round(face.Pitch, 1));
        json.WriteNumber("roll", MathF.Round(face.Roll, 1));
        json.WriteNumber("visible", MathF.Round(face.Visible, 2));
        json.WriteEndObject();
    }

    private static void Point(Utf8JsonWriter json, Vector2 point)
    {
        json.WriteStartArray();
        Number(json, point.X);
        Number(json, point.Y);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, float value) => json.WriteNumberValue(Math.Round(value, 2));
}
