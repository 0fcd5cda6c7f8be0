using System.Text.Json;
using Appliance.Core.Frames;
using Appliance.Core.Rules.Engine;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Cli.Analyze;

/// <summary>Writes what rules would be asked about, a line per frame, for <c>rules test</c>. Time is that of the file from a chosen start on.</summary>
internal sealed class SceneRecorder(Stream output, string camera, DateTimeOffset start)
{
    public void Write(Frame frame, ReadOnlySpan<Sighting> sightings, int tampered)
    {
        JsonSerializer.Serialize(output, SceneEvent.From(camera, start + frame.MediaTime, sightings, tampered), ApiJson.Options);
        output.WriteByte((byte)'\n');
    }
}
