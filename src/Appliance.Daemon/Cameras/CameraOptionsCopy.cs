using Appliance.Capture.Cameras;

namespace Appliance.Daemon.Cameras;

/// <summary>Copies of a camera's options, which are immutable.</summary>
internal static class CameraOptionsCopy
{
    /// <summary>The same camera with another source and other credentials.</summary>
    public static CameraOptions With(CameraOptions options, string source, string? username, string? password)
    {
        var copy = new CameraOptions();
        // By reflection, so that an option added to CameraOptions is never silently dropped here.
        foreach (var property in typeof(CameraOptions).GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(copy, property.Name switch
            {
                nameof(CameraOptions.Source) => source,
                nameof(CameraOptions.Username) => username,
                nameof(CameraOptions.Password) => password,
                _ => property.GetValue(options),
            });
        }

        return copy;
    }

    /// <summary>The same options under the id of the URL.</summary>
    public static CameraOptions WithId(CameraOptions options, string id)
    {
        var copy = new CameraOptions();
        foreach (var property in typeof(CameraOptions).GetProperties().Where(property => property.CanWrite))
            property.SetValue(copy, property.Name == nameof(CameraOptions.Id) ? id : property.GetValue(options));
        return copy;
    }
}
